import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordContent, RecordSet } from "#lib/integrations/route53/records.ts";
import { hashPlan } from "./judge-hold.ts";
import { planChanges } from "./plan-changes.ts";
import type { DesiredRow, Plan } from "./plan-types.ts";

const ZONE = "example.org";
const at = (label: string) => (label === "" ? ZONE : `${label}.${ZONE}`);

function set(name: string, type: string, values: string[], more: Partial<RecordSet> = {}): RecordSet {
  return { name, type, ttl: 60, values, alias: null, setIdentifier: null, raw: { Name: name, Type: "A" }, ...more };
}

let nextId = 1;
function row(name: string, type: string, values: string[], more: Partial<DesiredRow> = {}): DesiredRow {
  return {
    ...{ id: `row-${nextId++}`, name, type, state: "pending", version: 1, wanted: { ttl: 60, values }, applied: null },
    ...{ sent: null, overwrite: null, observed: null, changeId: null, error: null },
    leaving: more.state === "removing",
    ...more,
  };
}
const content = (...values: string[]): RecordContent => ({ ttl: 60, values });
const plan = (rows: DesiredRow[], sets: RecordSet[], more: { retryErrors?: boolean } = {}) =>
  planChanges({ zone: ZONE, rows, sets, ...more });
const acts = ({ changes }: Plan) => changes.map(({ action, type, name }) => `${action} ${type} ${name}`);

describe("a plan", () => {
  it("creates, changes and removes what is the panel's own", () => {
    const rows = [
      row(at("new"), "A", ["1.1.1.1"]),
      row(at("old"), "A", ["2.2.2.2"], { applied: content("9.9.9.9") }),
      row(at("gone"), "A", ["3.3.3.3"], { state: "removing", applied: content("3.3.3.3") }),
      row(at("same"), "A", ["4.4.4.4"], { state: "in_sync", applied: content("4.4.4.4") }),
    ];
    const made = plan(rows, [
      set(at("old"), "A", ["9.9.9.9"]),
      set(at("gone"), "A", ["3.3.3.3"]),
      set(at("same"), "A", ["4.4.4.4"]),
    ]);
    expect(acts(made)).toEqual([`create A ${at("new")}`, `change A ${at("old")}`, `remove A ${at("gone")}`]);
    expect(made.inSync.map(({ name }) => name)).toEqual([at("same")]);
    expect(made.foreign).toEqual([]);
  });

  it("knows the outcome of a change whose answer was lost, also of an earlier one", () => {
    const mine = row(at("x"), "A", ["3.3.3.3"], {
      applied: content("1.1.1.1"),
      sent: { ...content("2.2.2.2"), earlier: [content("8.8.8.8"), { absent: true }] },
    });
    expect(acts(plan([mine], [set(at("x"), "A", ["2.2.2.2"])]))).toEqual([`change A ${at("x")}`]);
    expect(acts(plan([mine], [set(at("x"), "A", ["8.8.8.8"])]))).toEqual([`change A ${at("x")}`]);
    expect(acts(plan([mine], []))).toEqual([`create A ${at("x")}`]);
    expect(plan([mine], [set(at("x"), "A", ["3.3.3.3"])]).inSync).toEqual([mine]);
  });

  it("refuses to take over what it did not make, even with the same content", () => {
    const made = plan([row(at("x"), "A", ["1.1.1.1"])], [set(at("x"), "A", ["1.1.1.1"])]);
    expect(made.changes).toEqual([]);
    expect(made.refused).toMatchObject([{ code: "dns.foreign_record", reason: expect.stringContaining("1.1.1.1") }]);
    expect(made.foreign).toHaveLength(1);
  });

  it("replaces what a person gave leave to replace, an alias too", () => {
    const alias = set(at("x"), "A", [], { ttl: null, alias: "lb.example.net" });
    const leave = { ttl: null, values: [], alias: "lb.example.net" };
    expect(acts(plan([row(at("x"), "A", ["1.1.1.1"], { overwrite: leave })], [alias]))).toEqual([
      `change A ${at("x")}`,
    ]);
    const other = { ...leave, alias: "other.example.net" };
    expect(plan([row(at("x"), "A", ["1.1.1.1"], { overwrite: other })], [alias]).refused).toHaveLength(1);
  });

  it("shows drift and does not heal it", () => {
    const kept = { state: "in_sync", applied: content("1.1.1.1") };
    const changed = plan([row(at("x"), "A", ["1.1.1.1"], kept)], [set(at("x"), "A", ["6.6.6.6"])]);
    expect(changed.changes).toEqual([]);
    expect(changed.drifted).toMatchObject([{ observed: { ttl: 60, values: ["6.6.6.6"], alias: null } }]);
    expect(changed.foreign).toEqual([]);
    expect(plan([row(at("x"), "A", ["1.1.1.1"], kept)], []).drifted).toMatchObject([{ observed: { absent: true } }]);
  });

  it("does not remove a set that others have changed while ours is still in it", () => {
    const removing = { state: "removing", applied: content("1.1.1.1") };
    const shared = plan([row(at("x"), "A", ["1.1.1.1"], removing)], [set(at("x"), "A", ["1.1.1.1", "7.7.7.7"])]);
    expect(shared.changes).toEqual([]);
    expect(shared.drifted).toHaveLength(1);
    const theirs = plan([row(at("x"), "A", ["1.1.1.1"], removing)], [set(at("x"), "A", ["7.7.7.7"])]);
    expect(theirs).toMatchObject({ changes: [], drifted: [], gone: [{ name: at("x") }], foreign: [{ name: at("x") }] });
  });

  it("refuses a CNAME beside another type, ours or another's, and says which", () => {
    const beside = [row(at("x"), "CNAME", ["y.example.org"])];
    expect(plan(beside, [set(at("x"), "TXT", ["v"])]).refused).toMatchObject([
      { code: "dns.cname_conflict", reason: expect.stringContaining("record of type TXT") },
    ]);
    const under = plan([row(at("x"), "A", ["1.1.1.1"])], [set(at("x"), "CNAME", ["y.example.org"])]);
    expect(under.refused).toMatchObject([{ reason: expect.stringContaining("is a CNAME already") }]);
    const both = plan([...beside, row(at("x"), "A", ["1.1.1.1"])], []);
    expect(acts(both)).toEqual([`create A ${at("x")}`]);
    expect(both.refused).toMatchObject([{ row: { type: "CNAME" } }]);
  });

  it("lets a CNAME take the place of a record that goes in the same plan", () => {
    const removing = row(at("x"), "A", ["1.1.1.1"], { state: "removing", applied: content("1.1.1.1") });
    const made = plan([removing, row(at("x"), "CNAME", ["y.example.org"])], [set(at("x"), "A", ["1.1.1.1"])]);
    expect(acts(made)).toEqual([`remove A ${at("x")}`, `create CNAME ${at("x")}`]);
  });

  it("refuses what cannot be in the zone", () => {
    const made = plan([row("x.example.com", "A", ["1.1.1.1"]), row(ZONE, "CNAME", ["y.example.net"])], []);
    expect(made.refused.map(({ code }) => code)).toEqual(["dns.outside_zone", "dns.apex_cname"]);
  });

  it("leaves what Route 53 refused until somebody asks, but tries what the planner refused", () => {
    const cursed = row(at("x"), "A", ["1.1.1.1"], { state: "error", error: "InvalidChangeBatch: [cursed]" });
    expect(plan([cursed], [])).toMatchObject({ changes: [], left: [cursed] });
    expect(acts(plan([cursed], [], { retryErrors: true }))).toEqual([`create A ${at("x")}`]);
    expect(acts(plan([{ ...cursed, error: "It was taken." }], []))).toEqual([`create A ${at("x")}`]);
  });

  it("never takes a removal that Route 53 refused for a record that shall stay", () => {
    const refused = { state: "error", leaving: true, error: "InvalidChangeBatch: no", applied: content("1.1.1.1") };
    const mine = row(at("x"), "A", ["1.1.1.1"], refused);
    const there = [set(at("x"), "A", ["1.1.1.1"])];
    expect(plan([mine], there)).toMatchObject({ changes: [], inSync: [], left: [mine], foreign: [] });
    expect(acts(plan([mine], there, { retryErrors: true }))).toEqual([`remove A ${at("x")}`]);
    expect(plan([mine], []).gone).toEqual([mine]);
  });

  it("counts challenges neither as foreign nor as drift", () => {
    const sets = [
      set(`_acme-challenge.x.${ZONE}`, "TXT", ["t"]),
      set(`_acme-challenge.y.${ZONE}`, "CNAME", ["z.example"]),
    ];
    expect(plan([], sets).foreign).toEqual([sets[1]]);
  });
});

describe("the hold", () => {
  const zone = (count: number, changing: number) => ({
    rows: Array.from({ length: count }, (_, index) =>
      row(at(`n${index}`), "A", [index < changing ? "2.2.2.2" : "1.1.1.1"], { applied: content("1.1.1.1") }),
    ),
    sets: Array.from({ length: count }, (_, index) => set(at(`n${index}`), "A", ["1.1.1.1"])),
  });

  it.each([
    [10, 3, false],
    [4, 3, false],
    [10, 4, true],
    [100, 30, false],
    [100, 31, true],
  ])("of %i sets, %i changed: %s", (count, changing, held) => {
    const { rows, sets } = zone(count, changing);
    expect(plan(rows, sets).hold !== null).toBe(held);
  });

  it("does not count creations", () => {
    const rows = Array.from({ length: 50 }, (_, index) => row(at(`n${index}`), "A", ["1.1.1.1"]));
    expect(plan(rows, []).hold).toBeNull();
  });

  it.each(["NS", "SOA"])("stops at any change of the zone's own %s", (type) => {
    const own = row(ZONE, type, ["ns.example.net"], { applied: content("old.example.net") });
    const made = plan([own], [set(ZONE, type, ["old.example.net"]), ...zone(100, 0).sets]);
    expect(made.hold?.reason).toContain(`own ${type} record`);
    expect(plan([{ ...own, name: at("sub") }], [set(at("sub"), type, ["old.example.net"])]).hold).toBeNull();
  });

  it("names a plan by exactly what it changes", () => {
    const one = zone(10, 4);
    const hash = (made: Plan) => Buffer.from(hashPlan(made.changes)).toString("hex");
    expect(hash(plan(one.rows, one.sets))).toBe(hash(plan(one.rows.toReversed(), one.sets)));
    expect(hash(plan(one.rows, one.sets))).not.toBe(hash(plan(zone(10, 5).rows, one.sets)));
  });
});

/** What stands after a plan was carried out, and the rows as a pass would leave them. */
function apply(made: Plan, rows: DesiredRow[], sets: RecordSet[]): { rows: DesiredRow[]; sets: RecordSet[] } {
  const removed = new Set(made.changes.flatMap(({ before }) => before ?? []));
  const created = made.changes.flatMap(({ name, type, after }) =>
    after ? [set(name, type, after.values, after)] : [],
  );
  const gone = new Set([...made.gone, ...made.changes.filter(({ after }) => !after).map((change) => change.row)]);
  const done = new Set([...made.inSync, ...made.changes.filter(({ after }) => after).map((change) => change.row)]);
  const drifted = new Map(made.drifted.map((one) => [one.row, one.observed]));
  const refused = new Map(made.refused.map((one) => [one.row, one.reason]));
  const after = rows
    .filter((one) => !gone.has(one))
    .map((one): DesiredRow => {
      if (done.has(one)) return { ...one, state: "in_sync", applied: one.wanted, sent: null, overwrite: null };
      const observed = drifted.get(one);
      if (observed) return { ...one, state: "drift", observed };
      return refused.has(one) ? { ...one, state: "error", error: refused.get(one) ?? null } : one;
    });
  return { rows: after, sets: [...sets.filter((one) => !removed.has(one)), ...created] };
}

const contents = fc.record({
  ttl: fc.constantFrom(60, 300),
  values: fc.uniqueArray(fc.constantFrom("1.1.1.1", "2.2.2.2", "3.3.3.3"), { minLength: 1, maxLength: 2 }),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const places = fc.record({
  name: fc.constantFrom(at("a"), at("b"), at("c"), ZONE),
  type: fc.constantFrom("A", "TXT", "CNAME", "NS"),
});
const placeOf = ({ name, type }: { name: string; type: string }) => `${name} ${type}`;
const anyRows = fc.uniqueArray(
  fc.record({
    place: places,
    wanted: contents,
    state: fc.constantFrom("pending", "in_sync", "error", "drift", "removing"),
    applied: maybe(contents),
    sent: maybe(fc.oneof(contents, fc.constant({ absent: true as const }))),
    overwrite: maybe(contents),
  }),
  { selector: ({ place }) => placeOf(place), maxLength: 10 },
);
const anySets = fc.uniqueArray(
  fc.record({ place: places, content: contents, special: fc.constantFrom("", "", "", "alias", "weighted") }),
  { selector: ({ place }) => placeOf(place), maxLength: 10 },
);

describe("any plan", () => {
  it("never names a set that is not the panel's, gives exactly the desired and the foreign, and then has nothing to do", () => {
    fc.assert(
      fc.property(anyRows, anySets, (someRows, someSets) => {
        const rows = someRows.map(({ place, wanted, overwrite, ...more }) =>
          row(place.name, place.type, wanted.values, {
            ...more,
            wanted,
            overwrite: overwrite && { ...overwrite, alias: null },
          }),
        );
        const sets = someSets.map(({ place, content: { ttl, values }, special }) =>
          special === "alias"
            ? set(place.name, place.type, [], { ttl: null, alias: "x.example.net" })
            : set(place.name, place.type, values, { ttl, setIdentifier: special === "weighted" ? "one" : null }),
        );
        const made = plan(rows, sets);
        const byPlace = new Map(rows.map((one) => [placeOf(one), one]));
        // Ownership by its definition, not by the planner's code.
        const key = (one: { ttl: number | null; values: string[] }) => `${one.ttl} ${one.values.toSorted().join()}`;
        const isOurs = (one: RecordSet) => {
          const mine = byPlace.get(placeOf(one));
          if (!mine || one.alias || one.setIdentifier) return false;
          const marks = [mine.applied, mine.sent && "ttl" in mine.sent ? mine.sent : null].filter(
            (mark) => mark !== null,
          );
          const known = [
            ...marks,
            ...(marks.length > 0 ? [mine.wanted] : []),
            ...(mine.overwrite ? [mine.overwrite] : []),
          ];
          return known.some((mark) => key(mark) === key(one));
        };
        for (const { before } of made.changes) if (before) expect(isOurs(before)).toBe(true);
        const touched = new Set(made.changes.map(({ before }) => before));
        for (const foreign of made.foreign) expect(touched.has(foreign)).toBe(false);

        const after = apply(made, rows, sets);
        const settled = new Set([...made.inSync, ...made.changes.map((change) => change.row)]);
        const desired = rows.filter((one) => settled.has(one) && one.state !== "removing");
        const untouched = sets.filter(
          (one) => !touched.has(one) && !desired.some((mine) => placeOf(mine) === placeOf(one)),
        );
        const text = (one: { name: string; type: string; ttl: number | null; values: string[] }) =>
          `${placeOf(one)} ${key(one)}`;
        expect(after.sets.map(text).sort()).toEqual(
          [...desired.map(({ name, type, wanted }) => text({ name, type, ...wanted })), ...untouched.map(text)].sort(),
        );
        expect(plan(after.rows, after.sets).changes).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
