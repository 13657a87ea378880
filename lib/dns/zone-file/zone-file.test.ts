import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CheckedRecord, checkRecord } from "../check-record.ts";
import { anyRecord } from "../testing/any-record.ts";
import { judgeImport } from "./judge-import.ts";
import { parseZoneFile } from "./parse-zone-file.ts";
import { writeZoneFile } from "./write-zone-file.ts";

const ZONE = "example.org";
const parse = (text: string) => parseZoneFile(text, ZONE);
const valuesOf = (text: string) => parse(text).records.map(({ value }) => value);

async function write(sets: (CheckedRecord & { comment?: string })[], about = "A test"): Promise<string> {
  let text = "";
  for await (const piece of writeZoneFile(ZONE, about, sets)) text += piece;
  return text;
}

describe("reading a zone file", () => {
  it("follows origin, TTL, @ and blanks at the beginning of a line", () => {
    const { records, problems } = parse(`$TTL 1h30m
$ORIGIN example.org.
@        IN A 203.0.113.1 ; the root
www   60 IN A 203.0.113.2
         IN AAAA 2001:db8::1
$ORIGIN sub
a     A 203.0.113.3
b.example.org. IN 120 A 203.0.113.4
`);
    expect(problems).toEqual([]);
    expect(records).toEqual([
      { line: 3, name: "example.org", type: "A", ttl: 5400, value: "203.0.113.1" },
      { line: 4, name: "www.example.org", type: "A", ttl: 60, value: "203.0.113.2" },
      { line: 5, name: "www.example.org", type: "AAAA", ttl: 5400, value: "2001:db8::1" },
      { line: 7, name: "a.sub.example.org", type: "A", ttl: 5400, value: "203.0.113.3" },
      { line: 8, name: "b.example.org", type: "A", ttl: 120, value: "203.0.113.4" },
    ]);
  });

  it("reads brackets, texts of several strings, escapes and comments within", () => {
    expect(
      valuesOf(`a TXT "one; not a comment" " and \\"two\\""
b TXT ( "first " ; a comment (with brackets
        "second" )
c TXT plain \\092slash
d TXT "caf\\195\\169 \\255" "ünï"
e SOA ns.example.org. root.example.org. ( 1 2h
   3 4 5 ) `),
    ).toEqual([
      'one; not a comment and "two"',
      "first second",
      "plain\\slash",
      Buffer.concat([Buffer.from("café "), Buffer.of(255), Buffer.from("ünï")]).toString("latin1"),
      "ns.example.org. root.example.org. 1 2h 3 4 5",
    ]);
  });

  it("writes names at the end of values whole, and a CAA value in quotes", () => {
    expect(
      valuesOf(`a MX 10 mail
a MX 0 .
_sip._tcp SRV 0 5 443 host.example.net.
c CNAME @
d NS ns1.sub
e CAA 0 issue letsencrypt.org
e CAA 128 iodef "mailto:a@example.org"`),
    ).toEqual([
      "10 mail.example.org",
      "0 .",
      "0 5 443 host.example.net",
      "example.org",
      "ns1.sub.example.org",
      '0 issue "letsencrypt.org"',
      '128 iodef "mailto:a@example.org"',
    ]);
  });

  it.each([
    ["  A 203.0.113.1", /no name before/],
    ["a IN", /type of the record is missing/],
    ["a CH TXT x", /class CH/],
    ['a TXT "open', /not closed on its line/],
    ["a TXT ( open", /never closed/],
    ["a A 203.0.113.1 )", /never opened/],
    ["$INCLUDE other.zone", /Other files/],
    ["$GENERATE 1-9 a$ A 203.0.113.$", /not understood/],
    ["$TTL soon", /no TTL/],
    ["a MX mail", /2 parts, not 1/],
    ["a A", /value is missing/],
  ])("tells what is wrong with %j and reads the rest", (text, reason) => {
    const { problems } = parse(`${text}\n`);
    expect(problems).toEqual([{ line: 1, reason: expect.stringMatching(reason) }]);
  });

  it("never fails on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { records, problems } = parse(text);
        expect(records.length + problems.length).toBeLessThanOrEqual(text.split(/\r\n?|\n/).length);
      }),
    );
  });
});

describe("writing a zone file", () => {
  it("comes back as it was, for any records", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord(ZONE), { maxLength: 12 }), async (given) => {
        const sets = [...new Map(given.map((set) => [`${set.name} ${set.type}`, set])).values()];
        const { records, problems } = parse(await write(sets));
        expect(problems).toEqual([]);
        const back = [...Map.groupBy(records, ({ name, type }) => `${name} ${type}`).values()].map((same) => ({
          name: same[0]?.name,
          type: same[0]?.type,
          ttl: same[0]?.ttl,
          values: same.map(({ value }) => value),
        }));
        expect(back).toEqual(sets);
      }),
      { numRuns: 300 },
    );
  });

  it("lets no comment break out of its line", async () => {
    const set = { name: "a.example.org", type: "A" as const, ttl: 60, values: ["203.0.113.1"] };
    const text = await write([{ ...set, comment: "x\ny A 203.0.113.8" }], "a\nb A 203.0.113.9");
    expect(valuesOf(text)).toEqual(["203.0.113.1"]);
  });
});

describe("judging an import", () => {
  const judge = (text: string, present: Partial<Parameters<typeof judgeImport>[2]> = {}) =>
    judgeImport(ZONE, parse(text), { own: [], foreign: [], ...present });
  const foreign = (name: string, type: string, values: string[], more = {}) => ({
    ...{ id: `${name} ${type}`, name, type, ttl: 300, values, alias: null, setIdentifier: "", ...more },
  });

  it("says of each set what would become of it", () => {
    const { lines, sets } = judge(
      `$TTL 300
@ SOA ns.example.org. root.example.org. 1 2 3 4 5
@ NS ns.example.net.
new A 203.0.113.1
new A 203.0.113.2
same A 203.0.113.3
other A 203.0.113.4
theirs AAAA 2001:db8:0::1
changed A 203.0.113.5
alias A 203.0.113.6
_acme-challenge TXT "x"
ptr PTR example.net.
bad A 203.0.113.300
elsewhere.example.net. A 203.0.113.7
broken
`,
      {
        own: [
          { name: "same.example.org", type: "A", ttl: 300, values: ["203.0.113.3"] },
          { name: "other.example.org", type: "A", ttl: 300, values: ["203.0.113.9"] },
        ],
        foreign: [
          foreign("theirs.example.org", "AAAA", ["2001:DB8::1"]),
          foreign("changed.example.org", "A", ["203.0.113.9"]),
          foreign("alias.example.org", "A", [], { alias: "lb.example.net", ttl: null }),
        ],
      },
    );
    expect(lines.map(({ line, outcome, reason }) => [line, outcome, reason])).toEqual([
      [2, "skip", expect.stringContaining("SOA")],
      [3, "skip", expect.stringContaining("Route 53's")],
      [4, "create", null],
      [6, "same", expect.anything()],
      [7, "refused", expect.stringContaining("203.0.113.9 (TTL 300)")],
      [8, "adopt", expect.anything()],
      [9, "refused", expect.stringContaining("did not make")],
      [10, "refused", expect.stringContaining("alias of lb.example.net")],
      [11, "skip", expect.stringContaining("Challenges")],
      [12, "refused", expect.stringContaining("PTR")],
      [13, "refused", expect.stringContaining("not an IPv4 address")],
      [14, "refused", expect.stringContaining("not in the zone")],
      [15, "refused", expect.stringContaining("type of the record is missing")],
    ]);
    expect(sets.map(({ record, foreignId }) => [record.name, record.values, foreignId])).toEqual([
      ["new.example.org", ["203.0.113.1", "203.0.113.2"], null],
      ["theirs.example.org", ["2001:DB8::1"], "theirs.example.org AAAA"],
    ]);
  });

  it("lets a CNAME stand beside nothing, in the file or in the zone, and nothing below a delegation", () => {
    const { lines } = judge(
      `a CNAME b
a A 203.0.113.1
c CNAME b
d NS ns.example.net.
x.d TXT x
ns.d A 203.0.113.2
@ CNAME b`,
      { own: [{ name: "c.example.org", type: "TXT", ttl: 300, values: ["x"] }] },
    );
    expect(lines.map(({ outcome }) => outcome)).toEqual([
      ...["create", "refused", "refused", "create", "refused", "create", "refused"],
    ]);
  });

  it("imports again what was exported, whatever it is, as the same", async () => {
    await fc.assert(
      fc.asyncProperty(anyRecord(ZONE), async (set) => {
        const { lines } = judgeImport(ZONE, parse(await write([set])), { own: [set], foreign: [] });
        expect(checkRecord(set).record).toEqual(set);
        expect(lines.map(({ outcome }) => outcome)).toEqual(["same"]);
      }),
    );
  });
});
