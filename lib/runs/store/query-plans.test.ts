import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Sql } from "#lib/platform/db/sql.ts";
import { openStage, type Stage } from "../testing/stage.ts";

const asked: { text: string; params: readonly unknown[] }[] = [];

vi.mock("#lib/platform/db/sql.ts", async (importActual) => {
  const actual = await importActual<typeof import("#lib/platform/db/sql.ts")>();
  const listening = (on: Sql): Sql => ({
    ...on,
    rows: (text, params = []) => {
      asked.push({ text, params });
      return on.rows(text, params);
    },
  });
  return {
    ...actual,
    sql: listening(actual.sql),
    sqlTransaction: <T>(work: (sql: Sql) => Promise<T>) => actual.sqlTransaction((on) => work(listening(on))),
  };
});

const { sql, sqlTransaction } = await import("#lib/platform/db/sql.ts");
const { findStuckRuns, findUnclaimed, takeBackLost } = await import("./sweep.ts");
const { relayOutbox } = await import("../outbox.ts");
const { claimSteps } = await import("./claim.ts");
const { renewLeases } = await import("./lease.ts");
const { unblockAfter } = await import("./unblock.ts");
const { readLines } = await import("../queries/read-log.ts");
const { searchLog } = await import("../queries/search-log.ts");
const { medians } = await import("../queries/medians.ts");
const { ringRuns } = await import("../ring.ts");

const RUNS = 20_000;
let stage: Stage;

/** Twenty thousand finished runs of five steps each, with their tries, edges and logs. */
beforeAll(async () => {
  stage = await openStage("plans");
  const numbers = (count: number) =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n`;
  await sqlTransaction(async (on) => {
    await on.run(
      `SET SESSION ${(await isMariaDb(on)) ? "max_recursive_iterations" : "cte_max_recursion_depth"} = 1000000`,
    );
    await on.run(`INSERT INTO Run (id, mode, checklistKey, checklistVersion, title, state, startKey)
      SELECT i, 'apply', 'provision', 1, 'Old run', 'succeeded', CONCAT('old', i) FROM (${numbers(RUNS)}) x`);
    await on.run(`INSERT INTO Step (id, runId, \`key\`, position, name, title, queue, input, state)
      SELECT (i - 1) * 5 + k, i, CONCAT('s', k), k, CONCAT('old.', k), 'Old', 'provisioning', '{}', 'succeeded'
      FROM (${numbers(RUNS)}) x JOIN (SELECT 1 AS k UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) y`);
    await on.run("INSERT INTO StepEdge (fromId, toId) SELECT id, id + 1 FROM Step WHERE MOD(id, 5) <> 0");
    await on.run(`INSERT INTO Attempt (stepId, number, token, workerId, state, readyAt, startedAt, finishedAt)
      SELECT id, 1, 1, 'w', 'succeeded', NOW(3), NOW(3), NOW(3) FROM Step`);
    await on.run("INSERT INTO LogChunk (attemptId, firstSeq, count, body) SELECT id, 1, 1, '1\\ti\\tx' FROM Attempt");
    await on.run(`INSERT INTO Outbox (topic, payload, sentAt) SELECT 'run.ready', '{}', NOW(3) FROM Run`);
  });
  for (const table of ["Run", "Step", "StepEdge", "Attempt", "LogChunk", "Outbox"])
    await sql.rows(`ANALYZE TABLE ${table}`);
});
afterAll(() => stage.close());

const isMariaDb = async (on: Sql) =>
  String((await on.rows<{ version: string }>("SELECT VERSION() AS version"))[0]?.version).includes("MariaDB");

it("finds everything by an index, however much lies behind", async () => {
  asked.length = 0;
  await findUnclaimed("provisioning", 1_000);
  await takeBackLost();
  await findStuckRuns();
  await relayOutbox();
  await claimSteps([5, 10], { workerId: "w", leaseMs: 1_000 });
  await renewLeases([{ id: 5, token: 1 }], 1_000);
  await sqlTransaction((on) => unblockAfter(on, [6]));
  await readLines(77, 1, 10);
  await searchLog(stage.actor, { runId: 100, text: "x" });
  await medians(["old.3"], "apply");
  await ringRuns([4]);

  const statements = asked.splice(0).filter(({ text }) => text.trimStart().startsWith("SELECT"));
  expect(statements.length).toBeGreaterThanOrEqual(11);
  for (const { text, params } of statements) {
    const plan = await sql.rows<{ table: string | null; type: string | null; rows: number | string | null }>(
      `EXPLAIN ${text}`,
      params,
    );
    for (const line of plan) {
      // A derived table (<derived2>) is scanned, and is small: its own lines follow.
      if (line.table?.startsWith("<")) continue;
      expect(line.type, `${text}\n${JSON.stringify(plan)}`).not.toBe("ALL");
      expect(Number.parseInt(String(line.rows ?? 0), 10), `${text}\n${JSON.stringify(plan)}`).toBeLessThan(RUNS * 2);
    }
  }
});
