import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { findService } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { rollBack } from "#lib/releases/commands/roll-back.ts";
import { readFeasibility } from "#lib/releases/queries/read-feasibility.ts";
import { releasesCheck } from "#lib/releases/steps/check.ts";
import { releasesRollout } from "#lib/releases/steps/rollout.ts";
import { openStage, type Stage, type TestActor, until } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import {
  approveRelease,
  askDatabase,
  createRunning,
  type Running,
  runningImages,
  start,
  untilRunEnds,
  webImages,
} from "./testing/deploy-stage.ts";
import { describeSteps } from "./testing/provision.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** Releases that change the database, on the real swarm, carried out by the real worker process. */
let stage: Stage;
let owner: TestActor;
let managers: TestActor[];
let service: Running;
const backups = mkdtempSync(join(tmpdir(), "seaworthy-deploy-"));
const signal = () => AbortSignal.timeout(300_000);

beforeAll(async () => {
  Object.assign(process.env, {
    LOG_LEVEL: "info",
    BACKUPS_ROOT: backups,
    SWARM_CONVERGE_TIMEOUT_S: "120",
    WORKER_QUEUES: "provisioning,releases,backups,notifications",
  });
  stage = await openStage("deployments-db");
  owner = stage.actor;
  managers = [await stage.addActor("manager", "Mia Manager"), await stage.addActor("manager", "Max Manager")];
  service = await createRunning(owner, { data: { database: "mariadb", databaseMemoryMb: 256 } });
});
afterEach(() => killWorkers());
afterAll(async () => {
  await service?.remove();
  await stage.close();
  rmSync(backups, { recursive: true, force: true });
});

const read = (id: string) => db().deployment.findUniqueOrThrow({ where: { id } });
const stepOf = (runId: number, key: string) => db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } });
const migration = (id: string, text: string) => ({ id, sql: text });

/** A worker makes one for every service that keeps something and has none. */
const untilBackedUp = () =>
  until(
    "its backup policy",
    async () => (await db().backupPolicy.count({ where: { serviceId: service.id, removedAt: null } })) > 0 || undefined,
  );

test("a backup is taken and proven, a migration survives kill -9 of its worker and runs once, then the tasks are replaced", async () => {
  const worker = await startWorker();
  await untilBackedUp();
  const { id } = await approveRelease(owner, managers, service.name, {
    image: webImages()["1.1"],
    migrations: [
      migration(
        "0001",
        "CREATE TABLE notes (id INT, waited INT);\nINSERT INTO notes SELECT 1, SLEEP(8);\nCREATE TABLE tags (id INT);",
      ),
    ],
  });
  const runId = await start(owner, id);
  await until("the second statement", async () =>
    JSON.stringify((await stepOf(runId, "migrate")).progress ?? "").includes("statement 2") ? true : undefined,
  );
  await worker.kill();
  await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
  await startWorker();
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
  expect((await stepOf(runId, "migrate")).attempts).toBe(2);
  expect(await askDatabase(service, "SELECT id FROM notes")).toBe("1");
  expect(await askDatabase(service, "SELECT done, finished FROM seaworthy_migrations WHERE id = '0001'")).toBe("3\t1");
  const [backup] = await db().backup.findMany({ where: { serviceId: service.id, trigger: "release" } });
  expect(backup).toMatchObject({ state: "verified", proven: "counts" });
  const { startedAt: proven } = await stepOf(runId, "migrate");
  expect(backup?.provenAt?.getTime()).toBeLessThanOrEqual(proven?.getTime() ?? 0);
  const feasible = await readFeasibility(db(), (await read(id)).previousId ?? "");
  expect(feasible.checks.find(({ check }) => check === "migrations")).toMatchObject({ ok: true });
  expect(feasible.checks.find(({ check }) => check === "backup")).toMatchObject({ ok: true });
});

test("after a migration that cannot be taken back, a release that fails is not rolled back, loudly; nor by hand", async () => {
  await startWorker();
  const { id } = await approveRelease(owner, managers, service.name, {
    image: webImages()["1.0"],
    migrations: [migration("0002", "ALTER TABLE notes DROP COLUMN waited")],
    stack: {
      healthCheck: {
        ...{ kind: "http", path: "/nowhere", port: 8080 },
        ...{ intervalS: 1, timeoutS: 2, retries: 2, startPeriodS: 1 },
      },
    },
  });
  const runId = await start(owner, id);
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
  const row = await read(id);
  expect(row.state).toBe("failed");
  expect(row.outcome).toMatch(/its health check.*It was NOT rolled back: its migrations \(0002\) cannot be taken back/);
  const app = await findService(service.app, signal());
  expect(app?.Spec.TaskTemplate.ContainerSpec?.Image).toBe(await pinImage(webImages()["1.0"] ?? "", signal()));
  // The task of before is still there, for nothing took its place.
  expect(await runningImages(service.app)).toContain(await pinImage(webImages()["1.1"] ?? "", signal()));
  const { checks, ok } = await readFeasibility(db(), row.previousId ?? "");
  expect(ok).toBe(false);
  expect(checks.find(({ check }) => check === "migrations")?.words).toMatch(/0002.*restored first/);
  const first = await db().deployment.findFirstOrThrow({
    where: { environmentId: service.id, state: "done" },
    orderBy: { createdAt: "asc" },
  });
  const refused = await refusalOf(
    rollBack(managers[0] ?? owner, {
      deploymentId: first.id,
      reason: "It does not start at all.",
      confirm: service.name,
    }),
  );
  expect(refused).toMatchObject({ code: "deployments.not_feasible" });
});

test("what no policy backs up is not migrated: void, and nothing was touched", async () => {
  const worker = await startWorker();
  const { id } = await approveRelease(owner, managers, service.name, {
    image: webImages()["1.1"],
    migrations: [migration("0003", "CREATE TABLE never (id INT)")],
  });
  await worker.kill();
  await db().backupPolicy.updateMany({
    where: { serviceId: service.id },
    data: { scope: null, removedAt: new Date() },
  });
  const runId = await start(owner, id);
  const t = createTestContext({ run: { id: runId }, service, environment: "production" });
  expect(await refusalOf(releasesCheck.apply({ deploymentId: id }, t.ctx))).toMatchObject({ code: "releases.void" });
  const row = await read(id);
  expect(row.state).toBe("void");
  expect(row.outcome).toMatch(/Nothing was touched.*no backup policy/);
  // Whoever tries again is told that it is over.
  expect(await refusalOf(releasesRollout.apply({ deploymentId: id }, t.next().ctx))).toMatchObject({
    code: "releases.ended",
  });
});
