import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { closeDb, db } from "#lib/platform/db/client.ts";
import { closeSql } from "#lib/platform/db/sql.ts";
import { closeRedis } from "#lib/platform/redis.ts";
import { fillAnswers } from "#lib/services/schema/answers.ts";
import { applyTestEnv, createRedisPrefix, createTestDatabase, type TestDatabase } from "#local/test-world.ts";
import { takeBackup } from "./commands/take-backup.ts";
import { getRestorableAsOf } from "./queries/get-restorable.ts";
import { listBackupBoard } from "./queries/list-backup-board.ts";
import { listBackups } from "./queries/list-backups.ts";
import { createServiceRow } from "./testing.ts";

let database: TestDatabase;
let people: People;
let service: { id: string; name: string };

beforeAll(async () => {
  database = await createTestDatabase("backups_read");
  applyTestEnv({ DATABASE_URL: database.url, REDIS_PREFIX: createRedisPrefix("backups") });
  people = await createPeople();
  service = await createServiceRow("pad-notes");
});
afterAll(async () => {
  await closeRedis();
  await closeSql();
  await closeDb();
  await database.drop();
});

const at = (day: number) => new Date(Date.UTC(2026, 10, day, 3));
async function addBackup(day: number, state: string, levels: Record<string, boolean> = {}) {
  const id = randomUUID();
  await db().backup.create({
    data: {
      id,
      serviceId: service.id,
      environment: "production",
      engine: "mariadb",
      state,
      target: "disk",
      path: `/backups/${id}`,
      sizeBytes: state === "failed" ? null : BigInt(day * 1000),
      startedAt: at(day),
      finishedAt: at(day),
      verifications: {
        create: Object.entries(levels).map(([level, ok]) => ({
          id: randomUUID(),
          level,
          ok,
          report: {},
          durationMs: 1200,
        })),
      },
    },
  });
  return id;
}
const all = { hash: true, decode: true, restore: true, counts: true };

describe("what pages are told", () => {
  test("restorable as of is the newest one whose rows were compared, not the newest file", async () => {
    const { actor } = people.outsider;
    expect(await getRestorableAsOf(actor, service.id)).toBeNull();
    await addBackup(1, "verified", all);
    const proven = await addBackup(2, "verified", all);
    await addBackup(3, "stored", { hash: true, decode: true, restore: false });
    await addBackup(4, "failed");
    expect(await getRestorableAsOf(actor, service.id)).toEqual({
      asOf: at(2).toISOString(),
      backupId: proven,
      restoreMs: 1200,
    });
    const list = await listBackups(actor, service.id);
    expect(list.map(({ state, proven }) => `${state} ${proven}`)).toEqual([
      "failed null",
      "stored decode",
      "verified counts",
      "verified counts",
    ]);
    expect(await listBackupBoard(actor)).toMatchObject([
      {
        service: "pad-notes",
        asOf: at(2).toISOString(),
        level: "counts",
        lastBackup: { state: "failed" },
        sizes: [1000, 2000, 3000],
        count: 4,
      },
    ]);
  });
});

describe("takeBackup", () => {
  const answers = (database: string) =>
    fillAnswers({
      identity: { name: "pad-notes", purpose: "Notes for everybody", ownerId: people.owner.id },
      placement: { image: "demo/web:1" },
      data: { database },
    });
  const saveAnswers = (version: number, database: string) =>
    db().answers.create({
      data: {
        serviceId: service.id,
        version,
        answers: answers(database) as object,
        hash: new Uint8Array(32),
        byId: people.owner.id,
      },
    });

  test("begins one run; a second one waits for it; a viewer may not", async () => {
    await expect(takeBackup(people.owner.actor, "no-such")).rejects.toMatchObject({ status: 404 });
    await saveAnswers(1, "none");
    await expect(takeBackup(people.owner.actor, "pad-notes")).rejects.toMatchObject({
      code: "backups.nothing",
      status: 409,
    });
    await saveAnswers(2, "mariadb");
    await expect(takeBackup(people.outsider.actor, "pad-notes")).rejects.toMatchObject({ status: 403 });
    const { runId } = await takeBackup(people.dba.actor, "pad-notes");
    const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
    expect(run).toMatchObject({ checklistKey: "backup", serviceId: service.id, environment: "production" });
    expect(run.steps).toMatchObject([
      {
        name: "backups.take",
        queue: "backups",
        input: { swarmService: "pad-notes-production_db", engine: "mariadb", prove: true },
      },
    ]);
    await expect(takeBackup(people.owner.actor, "pad-notes")).rejects.toMatchObject({
      code: "run.active",
      status: 409,
    });
  });
});
