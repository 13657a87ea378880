import { beforeAll, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { findDue } from "#lib/items/queries/find-due.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { countRowsRead } from "#lib/platform/db/testing/count-rows-read.ts";
import { listItems } from "./list-items.ts";
import { manualTimes } from "./manual-times.ts";

const FINISHED = 4_000;
const OPEN = 100;

// One connection, so that its counters are of the work alone.
useTestDatabase("items-large", { DATABASE_POOL_SIZE: "1" });
let people: People;

const DAY_MS = 86_400_000;
const NEW = 100_000;
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const run = (id: number, state: string, checklistKey: string) => ({
  ...{ id, mode: "apply", checklistKey, checklistVersion: 1, title: "A run", state, startKey: `run${id}` },
});
const item = (runId: number, key: string, state: string) => ({
  ...{ runId, key, position: 1, name: "manual", title: `Item ${runId}`, queue: "provisioning", input: {}, state },
});

/** Four thousand finished runs of two items each, and a hundred that wait for somebody. */
beforeAll(async () => {
  people = await createPeople();
  const old = range(FINISHED);
  const open = range(OPEN).map((index) => NEW + index);
  const dates = { dueBy: "2026-01-01T00:00:00Z", readyAt: "2026-01-01T10:00:00Z", finishedAt: "2026-01-01T10:20:00Z" };
  await db().run.createMany({ data: old.map((id) => run(id, "succeeded", "own-old")) });
  await db().run.createMany({ data: open.map((id) => run(id, "waiting", "own-new")) });
  const confirmedById = people.owner.id;
  await db().step.createMany({
    data: old.map((id) => ({ ...item(id, "a", "succeeded"), ...dates, confirmedById })),
  });
  await db().step.createMany({ data: old.map((id) => item(id, "b", "skipped")) });
  await db().step.createMany({
    data: open.map((id) => ({
      ...item(id, "a", "needs_person"),
      role: "staff",
      dueBy: id % 3 === 0 ? null : new Date(Date.now() + (id - NEW - 30) * DAY_MS),
    })),
  });
  for (const table of ["Run", "Step"]) await sql.rows(`ANALYZE TABLE ${table}`);
});

it("pages through all that is open, each once, the soonest due first", async () => {
  const seen: { stepId: number; dueBy: string | null }[] = [];
  let after: string | undefined;
  do {
    const page = await listItems(people.teammate.actor, { view: "all", after, limit: 30 });
    seen.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  expect(new Set(seen.map(({ stepId }) => stepId)).size).toBe(OPEN);
  const dated = seen.flatMap(({ dueBy }) => dueBy ?? []);
  expect(dated).toEqual([...dated].sort());
  expect(seen.slice(dated.length).every(({ dueBy }) => dueBy === null)).toBe(true);
});

it("reads what is open, however many items were done before", async () => {
  const first = await listItems(people.teammate.actor, { view: "all" });
  const read = {
    all: await countRowsRead(() => listItems(people.teammate.actor, { view: "all" })),
    next: await countRowsRead(() => listItems(people.teammate.actor, { view: "all", after: first.next ?? "" })),
    mine: await countRowsRead(() => listItems(people.teammate.actor)),
    overdue: await countRowsRead(() => listItems(people.teammate.actor, { view: "overdue" })),
    due: await countRowsRead(() => findDue("due", new Date())),
    asked: await countRowsRead(() => findDue("asked", new Date())),
  };
  for (const [what, rows] of Object.entries(read)) expect(rows, what).toBeLessThan(OPEN * 10);
});

it("knows what an item usually takes from the newest of its kind alone", async () => {
  expect((await manualTimes("own-old")).get("a")).toBe(20 * 60_000);
});
