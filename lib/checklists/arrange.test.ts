import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPERATORS } from "#lib/templates/constants.ts";
import { type TemplateContent, type TemplateItem, templateContentSchema } from "#lib/templates/schema/content.ts";
import { arrange, listEssential } from "./arrange.ts";
import { compileChecklist } from "./compile.ts";
import { type Checklist, type ChecklistItem, defineChecklist } from "./define-checklist.ts";
import { PROVISION } from "./provision.ts";

type Context = { left: string[] };
const ANSWERS = { data: { database: "mariadb", filesFolder: false }, secrets: { others: [{ name: "smtp" }] } };

/** Checklists of every shape: some items a machine's, some essential, some left out by the answers. */
const checklists: fc.Arbitrary<Checklist<Context>> = fc
  .array(
    fc.record({
      manual: fc.boolean(),
      essential: fc.boolean(),
      needs: fc.boolean(),
      before: fc.array(fc.nat(20), { maxLength: 3 }),
    }),
    { maxLength: 9 },
  )
  .map((shapes) =>
    defineChecklist<Context>({
      key: "any",
      version: 1,
      title: "Any",
      items: shapes.map(({ manual, essential, needs, before }, index): ChecklistItem<Context> => {
        const dependsOn = index === 0 ? [] : [...new Set(before.map((one) => `item-${one % index}`))];
        return {
          key: `item-${index}`,
          step: manual ? "manual" : "any.step",
          about: `Do ${index}`,
          title: () => `Do ${index}`,
          dependsOn,
          ...(needs ? { needs: dependsOn } : {}),
          ...(essential ? { essential: true as const } : {}),
          skip: ({ left }) => (left.includes(`item-${index}`) ? "The answers say so." : undefined),
        };
      }),
    }),
  );

const condition = fc.record({
  field: fc.constantFrom("data.database", "data.filesFolder", "secrets.others", "nobody.knows"),
  op: fc.constantFrom(...OPERATORS),
  value: fc.constantFrom("mariadb", "none", "smtp", "true", "no"),
});
const KEYS = [...Array.from({ length: 12 }, (_, index) => `item-${index}`), "own.a", "own.b", "own.c"];
const after = fc.array(fc.constantFrom(...KEYS), { maxLength: 3 });
const templateItem = fc.oneof(
  fc.record({
    kind: fc.constant("built-in" as const),
    key: fc.constantFrom(...KEYS.slice(0, 12)),
    leftOut: fc.constantFrom(null, "we have none"),
    conditions: fc.array(condition, { maxLength: 2 }),
    after,
  }),
  fc.record({
    kind: fc.constant("own" as const),
    key: fc.constantFrom("own.a", "own.b", "own.c"),
    title: fc.constant("Ask"),
    under: fc.constantFrom(null, "own.a", "own.b"),
    conditions: fc.array(condition, { maxLength: 2 }),
    after,
  }),
);
/** Also what no editor would write: circles, strangers, one item twice. */
const contents: fc.Arbitrary<TemplateContent> = fc
  .array(templateItem, { maxLength: 14 })
  .map((items) => templateContentSchema.parse({ items }));
const contexts: fc.Arbitrary<Context> = fc.record({ left: fc.subarray(KEYS.slice(0, 9)) });

const keysOf = (checklist: Checklist<never>) => checklist.items.map((item) => item.key);

describe("whatever is published", () => {
  test("none of the panel's own items is lost, and none comes before what it waits for", () => {
    fc.assert(
      fc.property(checklists, contents, contexts, (checklist, content, context) => {
        const arranged = arrange(checklist, { version: 1, content }, ANSWERS);
        expect(
          keysOf(arranged)
            .filter((key) => !key.startsWith("own."))
            .sort(),
        ).toEqual(keysOf(checklist).sort());
        const place = new Map(keysOf(arranged).map((key, index) => [key, index]));
        const byKey = new Map(arranged.items.map((item) => [item.key, item]));
        for (const item of checklist.items)
          for (const key of item.dependsOn ?? []) {
            expect(byKey.get(item.key)?.dependsOn).toContain(key);
            expect(place.get(key)).toBeLessThan(place.get(item.key) ?? -1);
          }
        const steps = compileChecklist(arranged, context);
        const seen = new Set<string>();
        for (const step of steps) {
          for (const key of step.dependsOn) expect(seen.has(key)).toBe(true);
          seen.add(step.key);
        }
      }),
    );
  });

  test("an item of the organisation's own is there once, and waits for what it was put after", () => {
    fc.assert(
      fc.property(checklists, contents, (checklist, content) => {
        const arranged = arrange(checklist, { version: 1, content }, ANSWERS);
        const own = keysOf(arranged).filter((key) => key.startsWith("own."));
        expect(own.sort()).toEqual(
          [...new Set(content.items.filter((one) => one.kind === "own").map((one) => one.key))].sort(),
        );
      }),
    );
  });

  test("what is left out says why, what is essential is done, and what needs a left out item is left out with it", () => {
    fc.assert(
      fc.property(checklists, contents, (checklist, content) => {
        const arranged = arrange(checklist, { version: 1, content }, ANSWERS);
        const essential = listEssential(checklist.items);
        const reasons = new Map(arranged.items.map((item) => [item.key, item.skip?.({ left: [] })]));
        for (const item of arranged.items) {
          const reason = reasons.get(item.key);
          if (reason !== undefined) expect(reason).toMatch(/^[A-Z].+\.$/);
          if (essential.has(item.key)) expect(reason).toBeUndefined();
          if (item.needs?.some((key) => reasons.get(key) !== undefined)) expect(reason).toBeDefined();
        }
      }),
    );
  });

  test("the same revision and answers compile to the same steps", () => {
    fc.assert(
      fc.property(checklists, contents, contexts, (checklist, content, context) => {
        const compile = () => compileChecklist(arrange(checklist, { version: 1, content }, ANSWERS), context);
        expect(compile()).toEqual(compile());
      }),
    );
  });
});

const list = (...items: ChecklistItem<Context>[]) => defineChecklist({ key: "x", version: 1, title: "X", items });
const item = (key: string, dependsOn: string[] = [], more: Partial<ChecklistItem<Context>> = {}) =>
  ({ key, step: "any.step", about: `Do ${key}`, title: () => key, dependsOn, ...more }) as ChecklistItem<Context>;
const arranged = (checklist: Checklist<Context>, items: Partial<TemplateItem>[], answers: unknown = ANSWERS) =>
  compileChecklist(arrange(checklist, { version: 1, content: templateContentSchema.parse({ items }) }, answers), {
    left: [],
  });

test("without a published revision a checklist is what the panel brings", () => {
  expect(arrange(PROVISION, null, {})).toBe(PROVISION);
});

test("an item of one's own can hold up a machine's, and is shown where it was put", () => {
  const steps = arranged(list(item("a"), item("b", ["a"])), [
    { kind: "built-in", key: "a" },
    {
      kind: "own",
      key: "own.word",
      title: "Ask the board",
      role: "manager",
      evidence: "file",
      after: ["a"],
      dueDays: 3,
    },
    { kind: "built-in", key: "b", after: ["own.word"] },
  ]);
  expect(steps.map((step) => [step.key, step.dependsOn])).toEqual([
    ["a", []],
    ["own.word", ["a"]],
    ["b", ["own.word"]],
  ]);
  expect(steps[1]).toMatchObject({ name: "manual", role: "manager", evidence: "file", dueDays: 3 });
});

test("an item that the panel brings since the revision was published comes where the panel has it", () => {
  const steps = arranged(list(item("a"), item("new", ["a"]), item("b")), [
    { kind: "built-in", key: "b" },
    { kind: "built-in", key: "a" },
  ]);
  expect(steps.map((step) => step.key)).toEqual(["b", "a", "new"]);
});

test("a wish that would close a circle gives way", () => {
  const steps = arranged(list(item("a"), item("b", ["a"])), [
    { kind: "built-in", key: "a", after: ["b"] },
    { kind: "built-in", key: "b" },
  ]);
  expect(steps.map((step) => [step.key, step.dependsOn])).toEqual([
    ["a", []],
    ["b", ["a"]],
  ]);
});

test("a machine's item takes no owner, no evidence and cannot be struck out", () => {
  const [step] = arranged(list(item("a")), [
    { kind: "built-in", key: "a", role: "admin", evidence: "file", dueDays: 1, leftOut: "we need none" },
  ]);
  expect(step).toEqual({ key: "a", name: "any.step", title: "a", input: {}, dependsOn: [] });
});

test("a person's item takes another owner, evidence and due date, or is struck out with the reason", () => {
  const checklist = list(item("a", [], { step: "manual" }), item("b", [], { step: "manual" }));
  const [first, second] = arranged(checklist, [
    { kind: "built-in", key: "a", role: "dba", evidence: "link", dueDays: 2, estimateMinutes: 30 },
    { kind: "built-in", key: "b", leftOut: "we have no firewall" },
  ]);
  expect(first).toMatchObject({ role: "dba", evidence: "link", dueDays: 2, estimateMinutes: 30 });
  expect(second?.skipReason).toBe("Left out in this organisation's checklist: we have no firewall.");
});

describe("a condition on answers", () => {
  const reasonFor = (field: string, op: (typeof OPERATORS)[number], value = "", answers: unknown = ANSWERS) =>
    arranged(list(item("a")), [{ kind: "built-in", key: "a", conditions: [{ field, op, value }] }], answers)[0]
      ?.skipReason;

  test("is said in the wizard's words when it does not hold", () => {
    expect(reasonFor("data.database", "is", "mariadb")).toBeUndefined();
    expect(reasonFor("data.database", "is", "postgresql")).toBe(
      "Done only where “Does it need a database?” is PostgreSQL: here it is MariaDB.",
    );
    expect(reasonFor("data.database", "is-not", "mariadb")).toContain("is not MariaDB: here it is MariaDB.");
  });

  test("asks lists by the names of what they hold, and whether anything is given", () => {
    expect(reasonFor("secrets.others", "includes", "smtp")).toBeUndefined();
    expect(reasonFor("secrets.others", "includes", "ldap")).toContain("includes ldap: here it is smtp.");
    expect(reasonFor("secrets.others", "is-set")).toBeUndefined();
    expect(reasonFor("data.filesFolder", "is-set")).toContain("is given: here it is no.");
    expect(reasonFor("data.filesFolder", "is", "no")).toBeUndefined();
    expect(reasonFor("data.filesFolder", "is", "false")).toBeUndefined();
  });

  test("does not hold where nobody knows the answer", () => {
    for (const op of OPERATORS) expect(reasonFor("data.database", op, "mariadb", {})).toContain("not known here.");
  });

  test("is not asked of what everybody hangs on, nor of what that needs", () => {
    const checklist = list(
      item("a"),
      item("b", ["a"], { needs: ["a"] }),
      item("c", ["b"], { needs: ["b"], essential: true }),
    );
    const never = [{ field: "data.database", op: "is" as const, value: "none" }];
    const steps = arranged(
      checklist,
      ["a", "b", "c"].map((key) => ({ kind: "built-in", key, conditions: never })),
    );
    expect(steps.map((step) => step.skipReason)).toEqual([undefined, undefined, undefined]);
  });

  test("takes along what cannot be done without the item", () => {
    const checklist = list(item("a"), item("b", ["a"], { needs: ["a"] }), item("c", ["b"]));
    const never = [{ field: "data.database", op: "is" as const, value: "none" }];
    const steps = arranged(checklist, [{ kind: "built-in", key: "a", conditions: never }]);
    expect(steps[1]?.skipReason).toMatch(/^It needs “Do a”\. Done only where/);
    expect(steps[2]).toMatchObject({ key: "c", dependsOn: [] });
  });
});
