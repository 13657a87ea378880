import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeTxt,
  fromProviderName,
  fromProviderValue,
  toProviderName,
  toProviderValue,
} from "#lib/integrations/route53/names.ts";
import { checkRecord } from "./check-record.ts";
import type { RecordType } from "./constants.ts";
import { checkValue } from "./record-values.ts";
import { anyRecord } from "./testing/any-record.ts";

const given = (more: Partial<Parameters<typeof checkRecord>[0]> = {}) => ({
  ...{ name: "a.example.org", type: "A" as RecordType, ttl: 300, values: ["203.0.113.9"] },
  ...more,
});

describe("a value", () => {
  it.each<[RecordType, string, string]>([
    ["A", " 203.0.113.9 ", "203.0.113.9"],
    ["AAAA", "2001:DB8:0:0::1", "2001:db8::1"],
    ["CNAME", "Target.Example.NET.", "target.example.net"],
    ["CNAME", "_a1b2.acm-validations.aws.", "_a1b2.acm-validations.aws"],
    ["CNAME", "bücher.example.org", "xn--bcher-kva.example.org"],
    ["NS", "NS1.example.net.", "ns1.example.net"],
    ["MX", "0   Mail.Example.org.", "0 mail.example.org"],
    ["MX", "65535 mail.example.org", "65535 mail.example.org"],
    ["MX", "0 .", "0 ."],
    ["SRV", "0 5 443 Host.example.org.", "0 5 443 host.example.org"],
    ["SRV", "0 0 0 .", "0 0 0 ."],
    ["CAA", '0 Issue "letsencrypt.org"', '0 issue "letsencrypt.org"'],
    ["CAA", "0 issue letsencrypt.org", '0 issue "letsencrypt.org"'],
    ["CAA", '0 issue ";"', '0 issue ";"'],
    [
      "CAA",
      '128 issuewild "letsencrypt.org; validationmethods=dns-01"',
      '128 issuewild "letsencrypt.org; validationmethods=dns-01"',
    ],
    ["CAA", '0 iodef "mailto:sec@example.org"', '0 iodef "mailto:sec@example.org"'],
    ["TXT", "v=spf1 -all", "v=spf1 -all"],
    ["TXT", ' "quoted" and \\ ', ' "quoted" and \\ '],
  ])("of type %s written %j is kept as %j, and that again as itself", (type, text, value) => {
    expect(checkValue(type, text)).toMatchObject({ ok: true, value });
    expect(checkValue(type, value)).toMatchObject({ ok: true, value });
  });

  it.each<[RecordType, string, RegExp]>([
    ["A", "203.0.113.256", /not an IPv4/],
    ["A", "2001:db8::1", /AAAA record/],
    ["A", "01.2.3.4", /not an IPv4/],
    ["AAAA", "fe80::1%eth0", /not an IPv6/],
    ["AAAA", "203.0.113.9", /A record/],
    ["CNAME", "203.0.113.9", /address/],
    ["CNAME", "host", /whole name/],
    ["CNAME", ".", /Give a name/],
    ["CNAME", "*.example.org", /star/i],
    ["MX", "mail.example.org", /priority and the mail server/],
    ["MX", "65536 mail.example.org", /0 to 65535/],
    ["MX", "-1 mail.example.org", /0 to 65535/],
    ["MX", "010 mail.example.org", /0 to 65535/],
    ["MX", "10 203.0.113.9", /address/],
    ["MX", "10 .", /"0 \."/],
    ["MX", "10 mail.example.org extra", /priority and the mail server/],
    ["SRV", "0 5 host.example.org", /priority, weight, port and host/],
    ["SRV", "0 5 99999 host.example.org", /port "99999"/],
    ["CAA", "letsencrypt.org", /flags, tag/],
    ["CAA", '256 issue "a.org"', /0 to 255/],
    ["CAA", '0 buy "a.org"', /none of the tags/],
    ["CAA", '0 issue "not a domain"', /not the domain/],
    ["CAA", '0 iodef "sec@example.org"', /mailto/],
    ["CAA", '0 issue "a.org" "b.org"', /flags, tag/],
    ["TXT", "", /Give the text/],
    ["TXT", "x\uD800", /half a character/],
    ["A", "  ", /Give a value/],
  ])("of type %s written %j is refused", (type, text, problem) => {
    const check = checkValue(type, text);
    expect(check.ok ? check.value : check.problem).toMatch(problem);
  });

  it("may be a text of any length that Route 53 takes once it is split and escaped, and no longer one", () => {
    const longest = (char: string) => {
      let low = 1;
      let high = 4_000;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (checkValue("TXT", char.repeat(middle)).ok) low = middle;
        else high = middle - 1;
      }
      return low;
    };
    for (const char of ["x", '"', "é", "🙂"]) {
      const length = longest(char);
      expect(encodeTxt(char.repeat(length)).length).toBeLessThanOrEqual(4_000);
      expect(encodeTxt(char.repeat(length + 1)).length).toBeGreaterThan(4_000);
    }
    expect(checkValue("TXT", "é".repeat(600))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/four for each byte/),
    });
  });

  it("is warned of where it is right but seldom meant", () => {
    for (const text of ['"v=spf1 -all"', "a\nb", " padded "])
      expect(checkValue("TXT", text)).toMatchObject({ ok: true, value: text, warning: expect.any(String) });
  });
});

describe("a record", () => {
  it.each([
    [given({ name: "_acme-challenge.a.example.org", type: "TXT", values: ["x"] }), { name: /belong to the panel/ }],
    [given({ name: "_acme-challenge.a.example.org", type: "CNAME", values: ["b.example.org"] }), { name: /belong/ }],
    [given({ name: "*.a.example.org", type: "NS", values: ["ns.example.net"] }), { name: /wildcard/ }],
    [given({ name: "a.*.example.org" }), { name: /star/i }],
    [given({ name: "pаd.example.org" }), { name: /mixes alphabets/ }],
    [given({ type: "CNAME", values: ["b.example.org", "c.example.org"] }), { "values.1": /one target/ }],
    [given({ type: "CNAME", values: ["A.example.org."] }), { "values.0": /nowhere/ }],
    [given({ values: [] }), { values: /at least one/ }],
    [given({ values: ["203.0.113.9", "203.0.113.9 "] }), { "values.1": /already/ }],
    [given({ type: "AAAA", values: ["2001:db8::1", "2001:DB8:0::1"] }), { "values.1": /already/ }],
    [given({ type: "MX", values: ["0 .", "10 mail.example.org"] }), { values: /nothing can stand beside/ }],
    [given({ values: Array.from({ length: 401 }, (_, i) => `10.0.${i >> 8}.${i & 255}`) }), { values: /at most 400/ }],
    [
      given({ type: "TXT", values: ["a", "b", "c", "d", "e"].map((c) => c.repeat(3_900)) }),
      { values: /fit into one change/ },
    ],
    [given({ ttl: 29 }), { ttl: /30 to 604800/ }],
    [given({ ttl: 604_801 }), { ttl: /30 to 604800/ }],
    [given({ ttl: 60.5 }), { ttl: /whole number/ }],
    [given({ ttl: Number.NaN }), { ttl: /whole number/ }],
    [given({ name: "", values: ["x"], ttl: 0 }), { name: /Give a name/, "values.0": /IPv4/, ttl: /whole/ }],
  ])("%#: what is wrong is told beside its field", (record, fields) => {
    const check = checkRecord(record);
    expect(check.record).toBeNull();
    expect(check.fields).toEqual(
      Object.fromEntries(Object.entries(fields).map(([field, words]) => [field, expect.stringMatching(words)])),
    );
  });

  it("may have the TTL that it has already where it is taken over", () => {
    expect(checkRecord(given({ ttl: 172_800_000 }), { anyTtl: true }).record).not.toBeNull();
    expect(checkRecord(given({ ttl: 0 }), { anyTtl: true }).record).not.toBeNull();
    expect(checkRecord(given({ ttl: -1 }), { anyTtl: true }).record).toBeNull();
  });

  it("comes out in one spelling, whatever it was given in, with a warning for look-alike letters", () => {
    expect(checkRecord(given({ name: "*.A.Example.org." })).record?.name).toBe("*.a.example.org");
    expect(checkRecord(given({ name: "_dmarc._x.example.org" })).record?.name).toBe("_dmarc._x.example.org");
    const suspicious = checkRecord(given({ name: "раураӏ.example.org" }));
    expect(suspicious.record?.name).toMatch(/^xn--/);
    expect(suspicious.warnings).toEqual([{ field: "name", message: expect.stringContaining('looks like "paypal"') }]);
    expect(checkRecord(given({ name: suspicious.record?.name ?? "" })).warnings).toHaveLength(1);
    expect(checkRecord(given({ name: "bücher.example.org" })).warnings).toEqual([]);
  });

  it("that is right is right again, is what Route 53 gives back, and fits into what it takes", () => {
    fc.assert(
      fc.property(anyRecord("example.org"), (record) => {
        expect(checkRecord(record).record).toEqual(record);
        expect(fromProviderName(toProviderName(record.name))).toBe(record.name);
        for (const value of record.values) {
          const sent = toProviderValue(record.type, value);
          expect(sent.length).toBeLessThanOrEqual(4_000);
          expect(fromProviderValue(record.type, sent)).toBe(value);
        }
        expect(record.name.length).toBeLessThanOrEqual(253);
      }),
      { numRuns: 500 },
    );
  });

  it("of any text at all is judged and never breaks", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom<RecordType>("A", "AAAA", "CNAME", "MX", "TXT", "CAA", "SRV", "NS"),
        fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
        fc.double(),
        (name, type, values, ttl) => {
          const check = checkRecord({ name: `${name}.example.org`, type, ttl, values });
          expect(check.record === null).toBe(Object.keys(check.fields).length > 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
