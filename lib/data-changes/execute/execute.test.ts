import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { People } from "#lib/access/testing/people.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import type { AppError } from "#lib/platform/errors.ts";
import { sqlKinds } from "#local/test-world.ts";
import { decideDataChange } from "../commands/decide-data-change.ts";
import { previewDataChange } from "../commands/start-runs.ts";
import { createDataChange, proposeDataChange } from "../commands/write-data-change.ts";
import { readDataChange } from "../queries/find-data-change.ts";
import { dataChangesExecute } from "../steps/execute.ts";
import { dataChangesPreview } from "../steps/preview.ts";
import { addPeople, approvedChange, markRunning, proofOf, reportOf } from "../testing.ts";

const refusal = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error("this should have been refused");
    },
    (error: AppError) => error,
  );

const input = (dataChangeId: string) => ({ dataChangeId, policy: "database" });

describe.each(sqlKinds)("on %s", (kind) => {
  let world: BackupWorld;
  let people: People;
  const isPostgres = kind === "postgresql";
  const accounts = () =>
    world.sql(
      isPostgres
        ? "SELECT COUNT(*) FROM pg_roles WHERE rolname LIKE 'sw_change%'"
        : "SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'sw_change%'",
    );
  const owners = () => world.sql("SELECT id, owner FROM note ORDER BY id");

  beforeAll(async () => {
    world = await startBackupWorld(kind);
    people = await addPeople(world);
    const utf8 = isPostgres ? "" : " CHARACTER SET utf8mb4";
    await world.sql(`CREATE TABLE note (id INT PRIMARY KEY, owner VARCHAR(40), body VARCHAR(100))${utf8}`);
  }, 240_000);
  beforeEach(async () => {
    await world.sql(
      "DELETE FROM note; INSERT INTO note VALUES (1, 'ida', 'Ébb ☔'), (2, NULL, 'two'), (3, NULL, 'three');",
    );
  });
  afterAll(() => world?.close());

  const preview = async (id: string) => {
    const test = world.context();
    await dataChangesPreview.apply(input(id), test.ctx);
    return test;
  };
  const execute = async (id: string, options: Parameters<BackupWorld["context"]>[0] = {}) =>
    dataChangesExecute.apply(input(id), world.context({ outputs: await proofOf(world), ...options }).ctx);
  /** Approved, previewed, and its run begun. */
  const begun = async (statements: string) => {
    const { id } = await approvedChange(people, world.service.name, statements);
    await preview(id);
    await markRunning(id, people.dba.id);
    return id;
  };

  test("a preview counts the rows of every statement and leaves everything as it was", async () => {
    const before = await owners();
    const { id } = await approvedChange(
      people,
      world.service.name,
      "UPDATE note SET owner = 'ida' WHERE owner IS NULL;\nSELECT id FROM note;\nDELETE FROM note WHERE id = 3",
    );
    const { lines } = await preview(id);
    const { preview: found, state } = await readDataChange(id);
    expect(found?.statements).toEqual([
      { line: 1, verb: "UPDATE", rows: 2 },
      { line: 2, verb: "SELECT", rows: 3 },
      { line: 3, verb: "DELETE", rows: 1 },
    ]);
    expect(state).toBe("approved");
    expect(await owners()).toBe(before);
    expect(await accounts()).toBe("0");
    // What rows hold, and the statements that hold it, are in no log.
    expect(lines.join("\n")).not.toMatch(/ida|Ébb|UPDATE note/);
  });

  test("it is carried out with the counts of its preview, and noted in the same transaction", async () => {
    const id = await begun("UPDATE note SET owner = 'Zoë; ☔' WHERE owner IS NULL");
    await execute(id);
    expect(await owners()).toBe("1\tida\n2\tZoë; ☔\n3\tZoë; ☔".replaceAll("\t", isPostgres ? "|" : "\t"));
    expect((await readDataChange(id)).result).toMatchObject({
      outcome: "committed",
      statements: [{ verb: "UPDATE", rows: 2 }],
    });
    expect(await world.sql(`SELECT COUNT(*) FROM seaworthy.data_change WHERE id = '${id}'`)).toBe("1");
    expect(await accounts()).toBe("0");
  });

  test("rows other than those of the preview: everything is taken back, and no retry tries it again", async () => {
    const id = await begun("UPDATE note SET owner = 'ida' WHERE owner IS NULL; DELETE FROM note WHERE id = 1");
    await world.sql("INSERT INTO note VALUES (4, NULL, 'written meanwhile')");
    const before = await owners();
    expect(await refusal(execute(id))).toMatchObject({ code: "dataChanges.counts_differ", retry: "permanent" });
    expect(await owners()).toBe(before);
    expect((await readDataChange(id)).result).toMatchObject({ outcome: "refused" });
    expect(await world.sql(`SELECT COUNT(*) FROM seaworthy.data_change WHERE id = '${id}'`)).toBe("0");
    expect(await refusal(execute(id))).toMatchObject({ code: "dataChanges.stopped" });
  });

  test("a statement the database refuses takes back those before it", async () => {
    const { id } = await approvedChange(
      people,
      world.service.name,
      "DELETE FROM note WHERE id = 1; INSERT INTO note VALUES (2, 'secret-of-a-row', 'twice')",
    );
    const before = await owners();
    const error = await refusal(preview(id));
    expect(error).toMatchObject({ code: "dataChanges.statement_failed", retry: "permanent" });
    expect(error.message).toMatch(/^Statement 2 \(line 1, INSERT\) was refused by the database/);
    expect(JSON.stringify([error.message, error.detail])).not.toContain("secret-of-a-row");
    expect(await owners()).toBe(before);
    expect(await accounts()).toBe("0");
  });

  test("without a backup of this run that was restored and counted nothing is done", async () => {
    const id = await begun("DELETE FROM note WHERE id = 1");
    const before = await owners();
    for (const outputs of [
      {},
      await proofOf(world, { proven: "decode" }),
      { verify: { backupId: null, proven: null } },
    ])
      expect(await refusal(execute(id, { outputs }))).toMatchObject({ code: "dataChanges.no_proof" });
    expect(await owners()).toBe(before);
  });

  test("a text that is not what was approved is not run, wherever it was changed", async () => {
    const id = await begun("DELETE FROM note WHERE id = 1");
    const before = await owners();
    await db().dataChange.update({ where: { id }, data: { statements: "DELETE FROM note" } });
    expect(await refusal(execute(id))).toMatchObject({ code: "dataChanges.changed" });
    const own = await begun("DELETE FROM note WHERE id = 2");
    await db().dataChange.update({ where: { id: own }, data: { approvedById: people.owner.id } });
    expect(await refusal(execute(own))).toMatchObject({ code: "dataChanges.not_approved" });
    const other = await begun("DELETE FROM note WHERE id = 3");
    expect(await refusal(execute(other, { run: { id: 99 } }))).toMatchObject({ code: "dataChanges.not_running" });
    expect(await owners()).toBe(before);
  });

  test("the service's database being another by now stops it at every turn", async () => {
    const approved = await approvedChange(people, world.service.name, "DELETE FROM note WHERE id = 1");
    const id = await begun("DELETE FROM note WHERE id = 1");
    const before = await owners();
    const { kind: _, ...source } = world.source as BackupSource & { swarmService: string };
    await world.setPolicy({ source: { ...source, swarmService: `${source.swarmService}2` } });
    try {
      const refused = { code: "dataChanges.other_database", retry: "permanent" };
      expect(await refusal(previewDataChange(people.dba.actor, approved.id))).toMatchObject(refused);
      expect(await refusal(preview(approved.id))).toMatchObject(refused);
      expect(await refusal(execute(id))).toMatchObject(refused);
      const draft = await createDataChange(people.owner.actor, reportOf(world.service.name, "DELETE FROM note"));
      const moved = await proposeDataChange(people.owner.actor, draft.id, draft.version);
      await world.setPolicy({ source });
      const yes = { decision: "approve" as const, seal: moved.seal, comment: "" };
      expect(await refusal(decideDataChange(people.manager.actor, moved.id, yes))).toMatchObject(refused);
      const again = await createDataChange(people.owner.actor, reportOf(world.service.name, "DELETE FROM note"));
      expect(again.seal).not.toBe(draft.seal);
    } finally {
      await world.setPolicy({ source });
    }
    expect(await owners()).toBe(before);
    await execute(id);
    expect(await owners()).not.toBe(before);
  });

  test("a proven backup of another database is no way back", async () => {
    const id = await begun("DELETE FROM note WHERE id = 1");
    const before = await owners();
    const source = { ...world.source, databaseName: "others" } as BackupSource;
    const outputs = await proofOf(world, { source });
    expect(await refusal(execute(id, { outputs }))).toMatchObject({ code: "dataChanges.other_backup" });
    expect(await owners()).toBe(before);
  });

  test("a run that goes on days later changes nothing: its backup is old, its approval over", async () => {
    const before = await owners();
    const old = await begun("DELETE FROM note WHERE id = 1");
    const outputs = await proofOf(world, { finishedAt: new Date(Date.now() - 6 * 3_600_000) });
    const error = await refusal(execute(old, { outputs }));
    expect(error).toMatchObject({ code: "dataChanges.too_late", retry: "permanent" });
    expect(error.advice).toMatch(/takes a new backup/);
    expect((await readDataChange(old)).result).toMatchObject({
      outcome: "stopped",
      why: expect.stringMatching(/older/),
    });
    const over = await begun("DELETE FROM note WHERE id = 1");
    await db().dataChange.update({ where: { id: over }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    expect(await refusal(execute(over))).toMatchObject({ code: "dataChanges.too_late" });
    expect(await owners()).toBe(before);
  });

  test("what an earlier try has carried out is noted however late, without a backup that is still there", async () => {
    const id = await begun("UPDATE note SET body = CONCAT(body, '!') WHERE id = 2");
    let writes = 0;
    await refusal(
      execute(id, {
        onCall: (call) => {
          if (call === "write" && ++writes === 2) throw new Error("killed");
        },
      }),
    );
    await db().dataChange.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    await execute(id, { outputs: { verify: { backupId: randomUUID(), proven: "counts" } } });
    expect((await readDataChange(id)).result).toMatchObject({ outcome: "committed" });
  });

  test("a worker that dies right after it became final is not believed: the next asks the database", async () => {
    const id = await begun("UPDATE note SET body = CONCAT(body, '!') WHERE id = 2");
    let writes = 0;
    const dies = () => {
      writes += 1;
      // The first is the note that it is about to become final; the one after that it has.
      if (writes === 2) throw new Error("killed");
    };
    await refusal(execute(id, { onCall: (call) => call === "write" && dies() }));
    expect((await readDataChange(id)).result).toMatchObject({ outcome: "unknown" });
    await execute(id);
    expect((await readDataChange(id)).result).toMatchObject({ outcome: "committed", statements: [{ rows: 1 }] });
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two!");
  });

  test("a worker that dies right before it becomes final has done nothing, and the next does it once", async () => {
    const id = await begun("UPDATE note SET body = CONCAT(body, '!') WHERE id = 2");
    await refusal(
      execute(id, {
        onCall: (call) => {
          if (call === "write") throw new Error("killed");
        },
      }),
    );
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two");
    await execute(id);
    await execute(id);
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two!");
  });

  test("two that run it at the same moment run it once", async () => {
    const id = await begun("UPDATE note SET body = CONCAT(body, '!') WHERE id = 2");
    await Promise.allSettled([execute(id), execute(id), execute(id)]);
    // Whoever was in the other's way tries again, as the engine would have it.
    await execute(id);
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two!");
    expect((await readDataChange(id)).result).toMatchObject({ outcome: "committed" });
  });

  test("a connection that is cut while it works is nobody's refusal: nothing stays, and the next try does it", async () => {
    const sleep = isPostgres ? "SELECT pg_sleep(3)" : "SELECT SLEEP(3)";
    const id = await begun(`UPDATE note SET body = CONCAT(body, '!') WHERE id = 2; ${sleep}`);
    const working = refusal(execute(id));
    const connection = isPostgres
      ? "SELECT COALESCE(MAX(pid), 0) FROM pg_stat_activity WHERE usename LIKE 'sw_change%' AND query LIKE '%pg_sleep%'"
      : "SELECT COALESCE(MAX(ID), 0) FROM information_schema.PROCESSLIST WHERE USER LIKE 'sw_change%' AND INFO LIKE '%SLEEP%'";
    await expect.poll(async () => Number(await world.sql(connection))).toBeGreaterThan(0);
    const found = await world.sql(connection);
    await world.sql(isPostgres ? `SELECT pg_terminate_backend(${found})` : `KILL ${found}`);
    expect(await working).toMatchObject({ code: "dataChanges.connection_lost", retry: "retry" });
    expect((await readDataChange(id)).result).toBeNull();
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two");
    await execute(id);
    expect(await world.sql("SELECT body FROM note WHERE id = 2")).toBe("two!");
  });

  test("what nobody saw in a statement the server itself refuses", async () => {
    const elsewhere = isPostgres ? "SELECT pg_read_file('/etc/passwd')" : "DELETE FROM mysql.user WHERE User = 'x'";
    const { id } = await approvedChange(people, world.service.name, `DELETE FROM note WHERE id = 1; ${elsewhere}`);
    const before = await owners();
    expect((await refusal(preview(id))).detail).toMatch(/denied/i);
    expect(await owners()).toBe(before);
  });

  test("many rows are changed as a whole, though only so many are read", async () => {
    await world.sql("CREATE TABLE big (id INT); CREATE TABLE copy (id INT)");
    // Every note with every other, nine times over, is more than enough.
    const notes = [..."abcdefghi"].map((name) => `note ${name}`).join(", ");
    const numbers = isPostgres ? "SELECT generate_series(1, 12000)" : `SELECT a.id FROM ${notes} LIMIT 12000`;
    const { id } = await approvedChange(
      people,
      world.service.name,
      `INSERT INTO big ${numbers}; INSERT INTO copy SELECT * FROM big; SELECT * FROM copy; DELETE FROM copy WHERE id > 0`,
    );
    await preview(id);
    const rows = (await readDataChange(id)).preview?.statements.map((count) => count.rows);
    expect(rows).toEqual([12_000, 12_000, isPostgres ? 12_000 : 10_000, 12_000]);
    await world.sql("DROP TABLE big; DROP TABLE copy");
  });

  if (!isPostgres)
    test("a table that transactions do not cover is kept out, and named", async () => {
      await world.sql("CREATE TABLE plain (id INT) ENGINE = MyISAM; INSERT INTO plain VALUES (1)");
      const { id } = await approvedChange(people, world.service.name, "DELETE FROM plain");
      expect((await refusal(preview(id))).detail).toMatch(/denied/i);
      const other = await approvedChange(people, world.service.name, "DELETE FROM note WHERE id = 1");
      await preview(other.id);
      expect((await readDataChange(other.id)).preview?.untouchable).toEqual(["plain"]);
      expect(await world.sql("SELECT COUNT(*) FROM plain")).toBe("1");
      await world.sql("DROP TABLE plain");
    });
});
