import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { countRowsRead } from "#lib/platform/db/testing/count-rows-read.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { listBoard } from "./queries/list-board.ts";
import { readTicksHealth } from "./queries/read-score.ts";
import { fillBoard, TICKS_EACH } from "./testing.ts";

const SERVICES = 1_000;
const PAGE = 25;

// One connection, so that its counters are of the work alone.
useTestDatabase("board", { DATABASE_POOL_SIZE: "1" });
let people: Actors;
beforeAll(async () => {
  people = await createActors();
  await fillBoard(people.owner.id, 1, SERVICES);
});

/** The index a statement is answered from, how many rows it expects to read, and what it does besides. */
async function explain(statement: string) {
  const rows = await db().$queryRawUnsafe<Record<string, unknown>[]>(`EXPLAIN ${statement}`);
  return rows.map((row) => ({ key: row.key, rows: Number(row.rows), extra: String(row.Extra ?? "") }));
}

describe(`the board of ${SERVICES} services with ${TICKS_EACH} items each`, () => {
  test("comes the worst first, by key, and each service once", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listBoard(people.teammate, { after, limit: 100 });
      seen.push(...page.items.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toHaveLength(SERVICES);
    expect(new Set(seen).size).toBe(SERVICES);
    expect(seen.slice(0, 2)).toEqual(["svc-0005", "svc-0010"]);
    expect(seen.slice(200, 202)).toEqual(["svc-0001", "svc-0002"]);
    const byName = await listBoard(people.teammate, { sort: "name", limit: 3 });
    expect((await listBoard(people.teammate, { sort: "name", after: byName.next ?? "" })).items[0]?.name).toBe(
      "svc-0004",
    );
  });

  test("says what is open and the score over all", async () => {
    const { items, score, total } = await listBoard(people.teammate);
    expect(total).toBe(SERVICES);
    expect(score).toEqual({ total: 40_000, services: SERVICES, servicesOpen: 200, open: 400, right: 39_600 });
    expect(items[0]).toMatchObject({ name: "svc-0005", total: TICKS_EACH, right: 38, open: 2 });
    expect(items[0]?.openTicks.map(({ key, state }) => `${key} ${state}`)).toEqual(["item-2 false", "item-1 false"]);
    expect((await listBoard(people.teammate, { filter: "open" })).total).toBe(200);
    expect((await listBoard(people.teammate, { q: "C-099" })).total).toBe(10);
    expect((await listBoard(people.teammate, { filter: "mine" })).total).toBe(0);
    expect((await listBoard(people.owner, { filter: "mine" })).total).toBe(SERVICES);
    expect(await refusalOf(listBoard(people.owner, { after: "x" }))).toMatchObject({ status: 422 });
  });

  test("reads little more than it shows, and never the ticks that are right", async () => {
    const first = await listBoard(people.teammate);
    const middle = "0~svc-0500";
    const read = {
      first: await countRowsRead(() => listBoard(people.teammate)),
      next: await countRowsRead(() => listBoard(people.teammate, { after: first.next ?? "" })),
      middle: await countRowsRead(() => listBoard(people.teammate, { after: middle })),
      home: await countRowsRead(() => readTicksHealth(db(), 10)),
    };
    // The score passes over one index entry a service; everything else is of the page.
    for (const [what, rows] of Object.entries(read)) expect(rows, what).toBeLessThan(SERVICES + 12 * PAGE);
  });

  test("is answered from indexes alone where it passes over all services", async () => {
    const index = "Service_state_ticksOpen_name_ticksTotal_idx";
    const [score] = await explain(
      "SELECT COUNT(*), SUM(ticksTotal), SUM(ticksOpen), SUM(ticksOpen > 0) FROM Service WHERE state = 'live'",
    );
    expect(score).toMatchObject({ key: index, extra: expect.stringContaining("Using index") });
    const [page] = await explain(
      "SELECT id, ticksCheckedAt FROM Service WHERE state = 'live' ORDER BY ticksOpen DESC, name ASC LIMIT 26",
    );
    expect(page).toMatchObject({ key: index, extra: expect.not.stringContaining("filesort") });
    const [due] = await explain(
      "SELECT id FROM Service WHERE ticksDueAt <= UTC_TIMESTAMP(3) AND state = 'live' ORDER BY ticksDueAt LIMIT 4",
    );
    expect(due).toMatchObject({ key: "Service_ticksDueAt_idx" });
    const [news] = await explain("SELECT DISTINCT serviceId FROM Tick WHERE notifiedAt IS NULL");
    expect(news).toMatchObject({ key: "Tick_notifiedAt_serviceId_idx" });
    expect(news?.rows).toBeLessThan(10);
  });
});
