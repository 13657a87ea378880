import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { countRowsRead } from "#lib/platform/db/testing/count-rows-read.ts";
import { readHealth } from "#lib/services/queries/read-health.ts";
import { summarizeServices } from "#lib/services/queries/summarize-services.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { OWN_DISK_TARGET } from "./constants.ts";
import { getBackup } from "./queries/get-backup.ts";
import { listBackups } from "./queries/list-backups.ts";
import { listBoard } from "./queries/list-board.ts";

/** Years of backups: pages must not notice. */
const SERVICES = 1_000;
const POINTS = 200_000;
/** Of each policy, how many are still there; the others were removed by the retention. */
const KEPT = 30;

// One connection, so that its counters are of the work alone.
useTestDatabase("largebackups", { DATABASE_POOL_SIZE: "1" });
let people: Actors;
const ID = "CONCAT('00000000-0000-4000-8000-', LPAD(seq, 12, '0'))";
const SERVICE = `CONCAT('00000000-0000-4000-8000-', LPAD(1 + seq % ${SERVICES}, 12, '0'))`;
const serviceId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

beforeAll(async () => {
  people = await createActors();
  const fill = (statement: string, ...values: unknown[]) => db().$executeRawUnsafe(statement, ...values);
  await fill(
    `INSERT INTO Service (id, name, purpose, ownerId, state) SELECT ${ID}, CONCAT('svc-', seq), 'x', ?, 'live' FROM seq_1_to_${SERVICES}`,
    people.owner.id,
  );
  // Policies have the ids of their services. One in a hundred is overdue.
  await fill(
    `INSERT INTO BackupPolicy (id, serviceId, environment, name, scope, kind, source, targetId, compression, recipients,
       timeZone, jitterMinutes, graceMinutes, retention, verification, nextAt, overdueAt)
     SELECT ${ID}, ${ID}, 'production', 'database', CONCAT(seq, '/production/database'), 'mariadb', '{}', ?, 'zstd', '[]',
       'UTC', 0, 60, '{}', '{}', NOW(3) + INTERVAL 1 HOUR, NOW(3) + INTERVAL IF(seq % 100 = 0, -1, 1) HOUR
       FROM seq_1_to_${SERVICES}`,
    OWN_DISK_TARGET,
  );
  // The newest first. One service in ten was never proven, however long its history; one point in 5,000 failed or is gone.
  await fill(
    `INSERT INTO Backup (id, serviceId, environment, policyId, policy, engine, state, \`trigger\`, targetId, \`key\`, sizeBytes,
       totalRows, proven, restoreMs, startedAt, finishedAt, removedAt, missingAt, manifest)
     SELECT ${ID}, ${SERVICE}, 'production', ${SERVICE}, 'database', 'mariadb',
       CASE WHEN seq % 5000 = 0 THEN 'failed' WHEN (1 + seq % ${SERVICES}) % 10 = 0 THEN 'stored' ELSE 'verified' END,
       'schedule', ?, CONCAT('k/', seq), 1000000 + seq, 5,
       CASE WHEN (1 + seq % ${SERVICES}) % 10 = 0 THEN 'decode' ELSE 'counts' END, 4000,
       NOW(3) - INTERVAL seq MINUTE, NOW(3) - INTERVAL seq MINUTE,
       IF(seq > ${KEPT * SERVICES}, NOW(3), NULL), IF(seq % 5001 = 0, NOW(3), NULL), '{"counts":{"a":[1,1]}}'
       FROM seq_1_to_${POINTS}`,
    OWN_DISK_TARGET,
  );
  await fill("ANALYZE TABLE Service, BackupPolicy, Backup, Verification");
});

describe(`with ${SERVICES} services and ${POINTS} backups`, () => {
  test("the board, home and the services' list find each claim at the end of an index", async () => {
    const board = await listBoard(people.outsider);
    expect(board.summary).toMatchObject({ services: SERVICES, overdue: 10, unproven: 101 });
    const rows = await db().service.findMany({
      where: { id: { in: [1, 2, 3, 10, 20].map(serviceId) } },
      include: { owner: true, environments: true },
    });
    const read = {
      // Claims of all: a few looks each; thirty sizes and as many points for each line of the page.
      board: await countRowsRead(() => listBoard(people.outsider)),
      service: await countRowsRead(() => listBoard(people.outsider, { service: "svc-10" })),
      home: await countRowsRead(() => readHealth(db(), people.outsider)),
      list: await countRowsRead(() => summarizeServices(db(), rows)),
    };
    expect(read.board).toBeLessThan(20 * SERVICES + 100 * 3 * KEPT);
    expect(read.service).toBeLessThan(10 * KEPT);
    expect(read.home).toBeLessThan(20 * SERVICES);
    expect(read.list).toBeLessThan(200);
  });

  test.each<[string, Parameters<typeof listBackups>[1], number]>([
    ["all", {}, 600],
    ["a page far down", { cursor: new Date(Date.now() - 150_000 * 60_000).toISOString().concat("~f") }, 600],
    ["one service", { service: "svc-500" }, 600],
    ["one policy", { policyId: serviceId(500) }, 600],
    ["those that failed", { state: "failed" }, 600],
    ["those of one service that failed", { service: "svc-500", state: "failed" }, 1_500],
    ["what is missing", { availability: "missing" }, 600],
    ["what is missing from one target", { availability: "missing", targetId: OWN_DISK_TARGET }, 600],
    ["one target", { targetId: OWN_DISK_TARGET }, 600],
    ["a service by a part of its name", { q: "svc-500" }, 3 * SERVICES],
    ["what can be had", { availability: "available" }, 600],
  ])("the list of %s reads a page, not the history", async (_, filter, most) => {
    expect(await countRowsRead(() => listBackups(people.outsider, filter))).toBeLessThan(most);
  });

  test("the page of one point reads that point and what its policy keeps", async () => {
    expect(await countRowsRead(() => getBackup(people.outsider, serviceId(77)))).toBeLessThan(300);
  });
});
