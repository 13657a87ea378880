import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { goBack } from "#lib/moves/commands/go-back.ts";
import { planMove } from "#lib/moves/commands/plan-move.ts";
import { startMove } from "#lib/moves/commands/start-move.ts";
import { getMoveOfRun } from "#lib/moves/queries/list-moves.ts";
import { readMoveContext } from "#lib/moves/queries/read-context.ts";
import { type NewMove, newMoveSchema } from "#lib/moves/schema/move.ts";
import { movesCopyFolder } from "#lib/moves/steps/copy-folder.ts";
import { movesRelease } from "#lib/moves/steps/release.ts";
import { movesStop } from "#lib/moves/steps/stop.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { untilState } from "#lib/runs/testing/stage.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { isOwnedBy } from "#lib/swarm/names.ts";
import { lookAtSwarm } from "./testing/deploy-stage.ts";
import {
  askAt,
  execOn,
  type MoveStage,
  type MovingService,
  openMoveStage,
  psqlOn,
  sqlOn,
} from "./testing/move-stage.ts";
import { describeSteps, killInEveryStep, untilDone } from "./testing/provision.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** Two real hosts of one swarm: a service goes from the one to the other, carried by the real worker process. */
let at: MoveStage;

beforeAll(async () => {
  at = await openMoveStage();
});
afterEach(() => killWorkers());
afterAll(async () => {
  await killWorkers();
  await at?.close();
});

const wantedOf = (more: Partial<NewMove> = {}): NewMove =>
  newMoveSchema.parse({
    ...{ environment: "production", toHost: "beta", upstreamHost: at.pair.worker.address },
    ...{ ipv4: at.pair.worker.address, budgetS: 120, ...more },
  });

async function begin(service: MovingService, wanted: NewMove): Promise<number> {
  await lookAtSwarm();
  // Ports are a host's own here, so that the reverse proxy is to ask another address: its owner may not say which.
  const plan = await planMove(at.admin, service.name, wanted);
  expect(plan.fromHost).toBe("alpha");
  const { runId } = await startMove(at.admin, service.name, { ...wanted, planHash: plan.planHash });
  return runId;
}

const fill = (service: MovingService) =>
  sqlOn(
    at.pair.manager,
    service,
    "CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(99)); INSERT INTO note SELECT seq, MD5(seq) FROM seq_1_to_5000; CREATE VIEW last AS SELECT * FROM note WHERE id > 4990",
  );

test("a service with a database, a folder, a route and a name moves to the other host", async () => {
  await startWorker();
  const service = await at.createService({ ttl: 62 });
  await fill(service);
  const runId = await begin(service, wantedOf());
  const state = await untilDone(at.stage.actor, runId);
  expect(state, await describeSteps(runId)).toBe("succeeded");

  const { manager, worker } = at.pair;
  expect(await sqlOn(worker, service, "SELECT COUNT(*), SUM(id) FROM note")).toBe("5000\t12502500");
  const moved = join(worker.ownFolder, service.name);
  expect(readFileSync(join(moved, "note.txt"), "utf8")).toBe("written on alpha\n");
  expect(readFileSync(join(moved, "deep", "odd name\n.txt"), "utf8")).toHaveLength(100_000);
  expect(await askAt(worker.address, service.port, service.hostname, "/healthz")).toBe(200);
  // By its name at the reverse proxy, which stands on the old host.
  expect(await askAt(manager.address, 80, service.hostname, "/healthz")).toBe(200);
  await expect(askAt(manager.address, service.port, service.hostname, "/healthz")).rejects.toThrow();
  const [record] = await findRecordsAt(config().AWS_ROUTE53_HOSTED_ZONE_ID, service.hostname);
  expect(record).toMatchObject({ ttl: 62, values: [worker.address] });
  expect(at.cloudflare.purged).toEqual(["seaworthy.test"]);
  // What it was is still there, untouched.
  expect(existsSync(join(service.folder, "note.txt"))).toBe(true);
  const volumes = await manager.docker.listVolumes();
  expect(volumes.Volumes.map(({ Name }) => Name)).toContain(`${service.name}-production_db`);

  const move = await getMoveOfRun(at.stage.actor, runId);
  expect(move).toMatchObject({ state: "moved", fromHost: "alpha", toHost: "beta", back: { may: false } });
  const downMs = Date.parse(move?.upAgainAt ?? "") - Date.parse(move?.downSince ?? "");
  expect(downMs).toBeGreaterThan(0);
  expect(downMs).toBeLessThan(120_000);
  console.log("down for", downMs, "ms");
  const settings = await db().environmentConfig.findFirstOrThrow({
    where: { environmentId: service.id },
    orderBy: { version: "desc" },
  });
  expect(settings.content).toMatchObject({ placement: { hostname: "beta" } });
  const current = await db().environment.findUniqueOrThrow({ where: { id: service.id } });
  const deployment = await db().deployment.findUniqueOrThrow({ where: { id: current.currentId ?? "" } });
  expect(deployment.content).toMatchObject({ placement: { hostname: "beta" } });
});

test("what fails within the downtime is gone back from: the old host serves and can be written to again", async () => {
  await startWorker();
  const service = await at.createService({ ttl: 60 });
  await fill(service);
  const runId = await begin(service, wantedOf({ waitForGo: true }));
  await untilState(runId, ["waiting"]);
  // Somebody else's folder, as the last copy finds it.
  rmSync(join(at.pair.worker.ownFolder, `.${service.name}.moved-by`));
  const state = await untilDone(at.stage.actor, runId);
  expect(state).toBe("failed");
  const move = await getMoveOfRun(at.stage.actor, runId);
  expect(move).toMatchObject({ state: "stopped", back: { may: true }, upAgainAt: null });
  await expect(askAt(at.pair.manager.address, service.port, service.hostname, "/healthz")).rejects.toThrow();

  const back = await goBack(at.stage.actor, move?.id ?? "");
  expect(await untilDone(at.stage.actor, back.runId), await describeSteps(back.runId)).toBe("succeeded");
  expect(await askAt(at.pair.manager.address, 80, service.hostname, "/healthz")).toBe(200);
  await sqlOn(at.pair.manager, service, "INSERT INTO note VALUES (9999, 'written again')");
  expect(await sqlOn(at.pair.manager, service, "SELECT COUNT(*) FROM note")).toBe("5001");
  expect(await getMoveOfRun(at.stage.actor, runId)).toMatchObject({
    state: "went-back",
    upAgainAt: expect.any(String),
  });
  const [record] = await findRecordsAt(config().AWS_ROUTE53_HOSTED_ZONE_ID, service.hostname);
  expect(record).toMatchObject({ values: [at.pair.manager.address] });
});

test("a worker that dies in every step of it leaves a move that goes on, with nothing lost and monitors going", async () => {
  const service = await killedService();
  const runId = await begin(service, wantedOf({ waitForGo: false, mode: "stop" }));
  const lost = await killInEveryStep(at.stage.actor, runId);
  expect([...lost.keys()]).toEqual(expect.arrayContaining(["prepare", "copy-data", "copy-files.folder", "stack"]));
  expect(await untilDone(at.stage.actor, runId), await describeSteps(runId)).toBe("succeeded");
  expect(await sqlOn(at.pair.worker, service, "SELECT COUNT(*), SUM(id) FROM note")).toBe("5000\t12502500");
  expect(await askAt(at.pair.manager.address, 80, service.hostname, "/healthz")).toBe(200);
  expect(readFileSync(join(at.pair.worker.ownFolder, service.name, "note.txt"), "utf8")).toBe("written on alpha\n");
  const left = (await at.pair.manager.docker.listServices()).flatMap(({ Spec }) => Spec?.Name ?? []);
  expect(left.filter((name) => name.includes("-next") || name.startsWith("seaworthy-move"))).toEqual([]);
}, 900_000);

test("PostgreSQL moves read-only: pages go on, and what comes to the new host is not read-only", async () => {
  await startWorker();
  const service = await at.createService({ ttl: 60, database: "postgresql", withoutFiles: true });
  await psqlOn(
    at.pair.manager,
    service,
    "CREATE TABLE note AS SELECT n AS id, md5(n::text) AS body FROM generate_series(1, 5000) n; ALTER TABLE note ADD PRIMARY KEY (id)",
  );
  const runId = await begin(service, wantedOf({ mode: "read-only", waitForGo: false }));
  expect(await untilDone(at.stage.actor, runId), await describeSteps(runId)).toBe("succeeded");
  expect(await psqlOn(at.pair.worker, service, "SELECT COUNT(*), SUM(id) FROM note")).toBe("5000|12502500");
  await psqlOn(at.pair.worker, service, "INSERT INTO note VALUES (5001, 'written on beta')");
  expect(await askAt(at.pair.manager.address, 80, service.hostname, "/healthz")).toBe(200);
});

test("a read-only MariaDB refuses the app, shows its pages, and is let go again", async () => {
  await startWorker();
  const service = await at.createService({ ttl: 60, withoutFiles: true });
  await fill(service);
  await lookAtSwarm();
  const context = await readMoveContext(db(), service.name, wantedOf({ mode: "read-only" }));
  const { ctx } = createTestContext({ service, environment: "production" });
  const { stackName, copyStackName, networkName, fromHost, toHost, database } = context;
  await movesStop.apply({ stackName, copyStackName, networkName, fromHost, toHost, database, mode: "read-only" }, ctx);
  const asApp = (sql: string) =>
    execOn(
      at.pair.manager,
      `${service.name}-production_db`,
      ["mariadb", `--user=${service.name.replaceAll("-", "_")}`, service.name.replaceAll("-", "_"), "-e", sql],
      ["MYSQL_PWD=value-of-db_pass"],
    );
  await expect(asApp("INSERT INTO note VALUES (7000, 'no')")).rejects.toThrow(/read-only/);
  expect(await asApp("SELECT COUNT(*) FROM note")).toContain("5000");
  expect(await askAt(at.pair.manager.address, 80, service.hostname, "/healthz")).toBe(200);
  await movesRelease.apply({ database }, ctx);
  await asApp("INSERT INTO note VALUES (7000, 'yes')");
});

test("a volume that is made by what copies it is the service's own, and its stack accepts it", async () => {
  await startWorker();
  const service = await at.createService({ ttl: 60, withoutFiles: true });
  await lookAtSwarm();
  const context = await readMoveContext(db(), service.name, wantedOf());
  const { ctx } = createTestContext({ service, environment: "production" });
  const { stackName, copyStackName, networkName, fromHost, toHost } = context;
  const source = `${stackName}_cache`;
  const folder = { key: "cache", kind: "volume" as const, source };
  const place = { stackName, copyStackName, networkName, fromHost, toHost };
  await movesCopyFolder.apply({ ...place, folder, pass: "last", replaceLeftovers: false }, ctx);
  const { Labels } = await at.pair.worker.docker.getVolume(source).inspect();
  expect(isOwnedBy(Labels, { stackName, serviceName: service.name, environment: "production" })).toBe(true);
});

async function killedService(): Promise<MovingService> {
  await startWorker();
  const service = await at.createService({ ttl: 60 });
  await fill(service);
  await killWorkers();
  return service;
}
