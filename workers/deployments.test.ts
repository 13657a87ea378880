import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { verifyChain } from "#lib/audit/verify-chain.ts";
import { createTakeAway } from "#lib/decommission/steps/take-away.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { findService, type ServiceSpec, updateService } from "#lib/integrations/docker/services.ts";
import { findVolume } from "#lib/integrations/docker/swarm.ts";
import { createMemoryVolume, removeMemoryVolume } from "#lib/integrations/docker/volumes.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { rollBack } from "#lib/releases/commands/roll-back.ts";
import { saveConfig } from "#lib/releases/commands/save-config.ts";
import { verifyFile } from "#lib/releases/evidence/verify-file.ts";
import { getConfig } from "#lib/releases/queries/get-config.ts";
import { getEvidence } from "#lib/releases/queries/get-evidence.ts";
import { listEnvironments } from "#lib/releases/queries/list-environments.ts";
import { cancelRun } from "#lib/runs/commands/cancel-run.ts";
import { createLedger } from "#lib/runs/ledger.ts";
import { openStage, type Stage, type TestActor, until } from "#lib/runs/testing/stage.ts";
import { findAmong } from "#lib/steps/find-among.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { KINDS } from "#lib/swarm/names.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import {
  approveRelease,
  countTasks,
  createRunning,
  INSIDE,
  lookAtSwarm,
  type Running,
  runningImages,
  start,
  startPoller,
  untilRunEnds,
  webImages,
} from "./testing/deploy-stage.ts";
import { describeSteps } from "./testing/provision.ts";
import { killWorkers, startWorker } from "./testing/worker-process.ts";

/** Releases on the real swarm, carried out by the real worker process. */
let stage: Stage;
let owner: TestActor;
let manager: TestActor;
const running: Running[] = [];
const signal = () => AbortSignal.timeout(300_000);

beforeAll(async () => {
  const firstPort = 20_000 + Math.floor(Math.random() * 9_000);
  Object.assign(process.env, {
    LOG_LEVEL: "info",
    // The swarm's host ports are everybody's: other tests publish on theirs.
    PUBLISHED_PORT_MIN: String(firstPort),
    PUBLISHED_PORT_MAX: String(firstPort + 500),
    SWARM_CONVERGE_TIMEOUT_S: "60",
    WORKER_QUEUES: "provisioning,releases,notifications",
  });
  stage = await openStage("deployments");
  owner = stage.actor;
  manager = await stage.addActor("manager", "Mia Manager");
});
afterEach(async () => {
  await killWorkers();
  for (const one of running.splice(0)) await one.remove();
});
afterAll(() => stage.close());

const VERIFY = fileURLToPath(new URL("../lib/releases/evidence/verify.ts", import.meta.url));
const runVerify = (...args: string[]) =>
  spawnSync(process.execPath, [VERIFY, ...args], { encoding: "utf8", env: process.env });

async function live(answers: Parameters<typeof createRunning>[1] = {}): Promise<Running> {
  const made = await createRunning(owner, answers);
  running.push(made);
  return made;
}
const digestOf = (version: string) => pinImage(webImages()[version] ?? "", signal());
/** It starts, serves its page, and is never healthy. */
const BROKEN = () => ({
  image: webImages()["1.1"],
  stack: {
    healthCheck: {
      ...{ kind: "http" as const, path: "/nowhere", port: 8080 },
      ...{ intervalS: 1, timeoutS: 2, retries: 2, startPeriodS: 1 },
    },
  },
});
/** What the engine has noted of a stack that it made, and this test's stage has not. */
async function noteStack({ id, app }: Running): Promise<number> {
  const step = await db().step.findFirstOrThrow({ where: { name: "swarm.stack", run: { serviceId: id } } });
  await createLedger({ stepId: step.id, stepName: step.name, serviceId: id }, transaction).record({
    ...{ kind: KINDS.service, providerId: app, name: app },
  });
  return step.id;
}
const listNoted = (serviceId: string) =>
  db().resource.findMany({
    where: { serviceId, kind: KINDS.volume },
    select: { name: true, state: true, stepId: true },
  });
const CACHE = [{ name: "cache", target: "/cache", readOnly: false }];
/** Two tasks at once do not fight over it: the new one is started first. */
const READ_CACHE = CACHE.map((volume) => ({ ...volume, readOnly: true }));
const read = (id: string) => db().deployment.findUniqueOrThrow({ where: { id } });

test("a release that two people wanted converges on the exact digest, is watched, and leaves evidence that verifies", async () => {
  await startWorker();
  const { name, app, id: environmentId } = await live();
  const { id, seal } = await approveRelease(owner, [manager], name, { image: webImages()["1.1"], notes: "Dark mode." });
  const runId = await start(manager, id);
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
  expect(await runningImages(app)).toEqual([await digestOf("1.1")]);
  const row = await read(id);
  expect(row).toMatchObject({ state: "done", seal, runId });
  expect((await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId).toBe(id);

  const { text } = await getEvidence(owner, id, "json");
  const bytes = Buffer.from(text);
  const verified = verifyFile(bytes, row.evidenceHash);
  expect(verified.problems).toEqual([]);
  expect(verified.file?.approvals).toMatchObject([{ voter: { name: "Mia Manager" }, decision: "approve", seal }]);
  const steps = verified.file?.run.steps ?? [];
  expect(steps.map(({ key, state }) => `${key} ${state}`)).toEqual([
    "check succeeded",
    "secret skipped",
    "backup skipped",
    "proof skipped",
    "pause-monitors succeeded",
    "migrate skipped",
    "rollout succeeded",
    "soak succeeded",
    "resume-monitors succeeded",
  ]);
  const event = await db().auditEvent.findFirst({ where: { action: "deployments.evidence", subjectId: id } });
  expect(event?.detail).toMatchObject({ sha256: row.evidenceHash });
  for (const place of [50, Math.floor(bytes.length / 2), bytes.length - 5]) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect(verifyFile(changed, row.evidenceHash).problems.join()).toContain("it was changed");
  }
  // Without the hash a changed log line is still found: the file holds its own.
  const line = text.replace("is still what was approved", "is STILL what was approved");
  expect(verifyFile(Buffer.from(line), null).problems.join()).toMatch(/not the one that was hashed/);
  // As the documentation says, by the command: with the audit trail's hash, with another one, and changed.
  const path = join(mkdtempSync(join(tmpdir(), "seaworthy-evidence-")), "deployment.json");
  writeFileSync(path, bytes);
  expect(runVerify(path)).toMatchObject({ status: 0, stdout: expect.stringContaining("It is what the panel wrote") });
  expect(runVerify(path, "0".repeat(64)).status).toBe(1);
  writeFileSync(path, text.replace("Dark mode.", "Dark made."));
  expect(runVerify(path)).toMatchObject({ status: 1, stdout: expect.stringContaining("it was changed") });
  rmSync(dirname(path), { recursive: true });
  const markdown = (await getEvidence(owner, id, "md")).text;
  expect(markdown).toContain(row.evidenceHash);
  expect(markdown).toContain("Mia Manager");

  const driftOf = async () => {
    await lookAtSwarm();
    return (await listEnvironments(owner, name)).environments[0]?.drift;
  };
  expect(await driftOf()).toBeNull();
  const left = await findService(app, signal());
  if (!left) throw new Error("no service");
  await updateService(left, { ...left.Spec, Mode: { Replicated: { Replicas: 2 } } } as ServiceSpec, signal());
  expect(await driftOf()).toMatchObject({ words: [`${app} was changed since.`], remedy: "propose" });
});

test("a release whose tasks fail their health check: the one before serves throughout, and the page says which task and why", async () => {
  await startWorker();
  const service = await live();
  const { name, app, id: environmentId } = service;
  const stackStep = await noteStack(service);
  const before = await findService(app, signal());
  const poller = await startPoller(name);
  try {
    const broken = BROKEN();
    const content = { ...broken, stack: { ...broken.stack, volumes: READ_CACHE } };
    const { id } = await approveRelease(owner, [manager], name, content);
    const runId = await start(manager, id);
    expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
    const row = await read(id);
    expect(row.state, await describeSteps(runId)).toBe("rolled_back");
    expect(row.outcome).toMatch(
      new RegExp(`The task ${app}\\.1 failed: its health check.*Release 1 was put back and serves`),
    );
    expect(await runningImages(app)).toEqual([await digestOf("1.0")]);
    const after = await findService(app, signal());
    expect(after?.Spec.TaskTemplate).toEqual(before?.Spec.TaskTemplate);
    // Its task had made a volume: whoever ends the service has to know of it.
    expect(await listNoted(environmentId)).toEqual([
      { name: `${name}-production_cache`, state: "present", stepId: stackStep },
    ]);
    const { good, bad } = await poller.count();
    expect(bad, "requests that were not answered").toBe(0);
    expect(good).toBeGreaterThan(50);
    expect((await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId).toBe(row.previousId);
    await until("its evidence", async () => (await read(id)).evidenceHash ?? undefined);
    const { text } = await getEvidence(owner, id, "json");
    expect(verifyFile(Buffer.from(text), (await read(id)).evidenceHash).problems).toEqual([]);
  } finally {
    await poller.stop();
  }
});

/** As a machine that loses its power: the worker is gone, its lease need not be waited for. */
async function killIn(worker: { kill(): Promise<void> }, runId: number): Promise<void> {
  await worker.kill();
  await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
}
const untilBegun = (runId: number, key: string) =>
  until(`${key} to begin`, async () => {
    const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } });
    return step.checkpoint === null ? undefined : step;
  });

test("kill -9 in the middle of a rollout: it goes on, and there is one rollout", async () => {
  let worker = await startWorker();
  const service = await live({ placement: { replicas: 2 } });
  const { name, app } = service;
  const stackStep = await noteStack(service);
  const { id } = await approveRelease(owner, [manager], name, { image: webImages()["1.1"], stack: { volumes: CACHE } });
  const runId = await start(manager, id);
  const image = await digestOf("1.1");
  // Before Docker is told, right after, and while its tasks are replaced.
  await untilBegun(runId, "rollout");
  await killIn(worker, runId);
  worker = await startWorker();
  await until("the first new task", async () => ((await countTasks(app, image)) > 0 ? true : undefined));
  await killIn(worker, runId);
  await startWorker();
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("succeeded");
  expect(await runningImages(app)).toEqual([image, image]);
  expect(await countTasks(app, image)).toBe(2);
  expect(await read(id)).toMatchObject({ state: "done" });
  const rollout = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "rollout" } } });
  expect(rollout.attempts).toBeGreaterThanOrEqual(2);
  // The volume it brought is the stack's, and no deployment's to take away.
  const volume = `${name}-production_cache`;
  expect(await listNoted(service.id)).toEqual([{ name: volume, state: "present", stepId: stackStep }]);
  const listMade = () => db().resource.findMany({ where: { serviceId: service.id, state: { not: "gone" } } });
  expect((await listMade()).map(({ stepId }) => stepId)).toEqual([stackStep, stackStep]);
  const { ctx } = createTestContext({ service: { id: service.id, name }, environment: null });
  const kinds = [KINDS.service, KINDS.volume];
  await createTakeAway(findAmong([swarmStack])).apply({ stepId: stackStep, kinds }, ctx);
  expect(await findVolume(volume, signal())).toBeNull();
  expect(await listMade()).toEqual([]);
});

test("a volume that is not the service's own is refused before anything is touched", async () => {
  await startWorker();
  const service = await live();
  const { name, app } = service;
  await noteStack(service);
  const volume = `${name}-production_cache`;
  const foreign = { name: volume, sizeBytes: 1_048_576, labels: {} };
  await createMemoryVolume(foreign, signal());
  try {
    const before = await findService(app, signal());
    const { id } = await approveRelease(owner, [manager], name, {
      image: webImages()["1.1"],
      stack: { volumes: CACHE },
    });
    const runId = await start(manager, id);
    expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
    const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "rollout" } } });
    expect(step.error).toMatchObject({ code: "volume.foreign" });
    expect((await findService(app, signal()))?.Version).toEqual(before?.Version);
    expect(await listNoted(service.id)).toEqual([]);
  } finally {
    await removeMemoryVolume(volume, signal());
  }
});

test("a run cancelled while its tasks are replaced: what ran before serves again, by a run of its own", async () => {
  await startWorker();
  const { name, app, id: environmentId } = await live();
  const first = (await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId ?? "";
  const { stack } = BROKEN();
  // Never healthy, and given time to become so: it is in the middle of it until somebody stops it.
  const slow = { healthCheck: { ...stack.healthCheck, startPeriodS: 600 } };
  const { id } = await approveRelease(owner, [manager], name, { image: webImages()["1.1"], stack: slow });
  const runId = await start(manager, id);
  const image = await digestOf("1.1");
  await until("the first new task", async () => ((await countTasks(app, image)) > 0 ? true : undefined));
  await cancelRun(manager, runId, RUN_HOOKS);
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("cancelled");
  expect(await read(id)).toMatchObject({ state: "failed", outcome: expect.stringMatching(/Release 1 is put back/) });
  const back = await db().deployment.findFirstOrThrow({ where: { environmentId, kind: "rollback" } });
  expect(await untilRunEnds(back.runId ?? 0), await describeSteps(back.runId ?? 0)).toBe("succeeded");
  expect(await runningImages(app)).toEqual([await digestOf("1.0")]);
  expect(await read(back.id)).toMatchObject({ state: "done", previousId: first, requestedById: manager.id });
  expect((await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId).toBe(back.id);
});

test("what was stopped half-way may serve: what is put back is called by its image, and one goes back to what ran before", async () => {
  await startWorker();
  const { name, app, id: environmentId } = await live();
  const first = (await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId ?? "";
  await db().environment.update({ where: { id: environmentId }, data: { soakS: 3_600 } });
  const stopped = await approveRelease(owner, [manager], name, { image: webImages()["1.1"] });
  const stoppedRun = await start(manager, stopped.id);
  await untilBegun(stoppedRun, "soak");
  // The panel does not go back by itself to what may not be there any more; a node that has it can run it still.
  const lost = { image: await digestOf("1.0"), present: false, checkedAt: new Date() };
  await db().imageCheck.upsert({ where: { image: lost.image }, create: lost, update: lost });
  await cancelRun(manager, stoppedRun, RUN_HOOKS);
  expect(await untilRunEnds(stoppedRun), await describeSteps(stoppedRun)).toBe("cancelled");
  expect(await read(stopped.id)).toMatchObject({
    ...{ state: "failed", outcome: expect.stringMatching(/NOT put back\. Its registry no longer has/) },
  });
  await db().imageCheck.deleteMany({ where: { image: lost.image } });
  expect(await runningImages(app)).toEqual([await digestOf("1.1")]);

  await db().environment.update({ where: { id: environmentId }, data: { soakS: 2 } });
  const bad = await approveRelease(owner, [manager], name, BROKEN());
  const badRun = await start(manager, bad.id);
  expect(await untilRunEnds(badRun), await describeSteps(badRun)).toBe("failed");
  const { state, outcome } = await read(bad.id);
  expect(state).toBe("rolled_back");
  expect(outcome).toContain(`not release 1, was put back and serves: ${await digestOf("1.1")}`);

  await lookAtSwarm();
  const back = await rollBack(manager, { deploymentId: first, reason: "It was left half-way.", confirm: name });
  expect(await untilRunEnds(back.run?.id ?? 0), await describeSteps(back.run?.id ?? 0)).toBe("succeeded");
  expect(await runningImages(app)).toEqual([await digestOf("1.0")]);
});

test("kill -9 while a failed release is put back: what ran before serves, and nothing is rolled out again", async () => {
  const worker = await startWorker();
  const { name, app } = await live();
  const { id } = await approveRelease(owner, [manager], name, BROKEN());
  const runId = await start(manager, id);
  await until("its failure to be noted", async () => {
    const { checkpoint } = await untilBegun(runId, "rollout");
    return typeof checkpoint === "object" && checkpoint !== null && "failure" in checkpoint ? true : undefined;
  });
  await killIn(worker, runId);
  await startWorker();
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
  expect(await read(id)).toMatchObject({ state: "rolled_back" });
  expect(await runningImages(app)).toEqual([await digestOf("1.0")]);
  expect(await countTasks(app, await digestOf("1.1"))).toBe(1);
});

test("what changed since it was approved voids it before anything is touched", async () => {
  const worker = await startWorker();
  const { name, app } = await live();
  const { id } = await approveRelease(owner, [manager], name, { image: webImages()["1.1"] });
  await worker.kill();
  // Not yet seen by any worker, and so not by the web either.
  const runId = await start(manager, id);
  const present = await findService(app, signal());
  if (!present) throw new Error("no service");
  // By hand, with one of Docker's own commands: the panel's labels stay as they are.
  await updateService(present, { ...present.Spec, Mode: { Replicated: { Replicas: 2 } } } as ServiceSpec, signal());
  const touched = await findService(app, signal());
  await startWorker();
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
  const row = await read(id);
  expect(row).toMatchObject({ state: "void" });
  expect(row.outcome).toMatch(/Nothing was touched.*was changed since/);
  expect((await findService(app, signal()))?.Version).toEqual(touched?.Version);
});

test("what somebody approved who may not any more is void before anything is touched", async () => {
  const worker = await startWorker();
  const { name, app } = await live();
  const gone = await stage.addActor("manager", "Gus Gone");
  const { id } = await approveRelease(owner, [gone], name, { image: webImages()["1.1"] });
  await worker.kill();
  const runId = await start(manager, id);
  await db().user.update({ where: { id: gone.id }, data: { disabledAt: new Date() } });
  const before = await findService(app, signal());
  await startWorker();
  expect(await untilRunEnds(runId), await describeSteps(runId)).toBe("failed");
  expect(await read(id)).toMatchObject({
    state: "void",
    outcome: expect.stringContaining("It takes 1 to approve exactly this: 0"),
  });
  expect((await findService(app, signal()))?.Version).toEqual(before?.Version);
});

test("it soaks: a page that does not answer as it should puts back what ran before; going back by hand is one press", async () => {
  await startWorker();
  const {
    name,
    app,
    id: environmentId,
  } = await live({
    placement: { ports: [{ ...INSIDE, publish: "automatic" }] },
    watching: { monitored: true, checkPath: "/", expectedStatus: 200 },
  });
  const first = (await db().environment.findUniqueOrThrow({ where: { id: environmentId } })).currentId ?? "";
  const good = await approveRelease(owner, [manager], name, { image: webImages()["1.1"] });
  const goodRun = await start(manager, good.id);
  expect(await untilRunEnds(goodRun), await describeSteps(goodRun)).toBe("succeeded");
  expect((await read(good.id)).outcome).toMatch(/^Runs, and was good for 2 s; http:.* answered (\d+) of \1 times/);

  const { version, content } = await getConfig(owner, name, "production");
  await saveConfig(owner, name, "production", {
    version,
    content: { ...content, probe: { path: "/gone", status: 200 } },
  });
  const bad = await approveRelease(owner, [manager], name, { image: webImages()["1.0"] });
  const badRun = await start(manager, bad.id);
  expect(await untilRunEnds(badRun), await describeSteps(badRun)).toBe("failed");
  const row = await read(bad.id);
  expect(row.state).toBe("rolled_back");
  expect(row.outcome).toMatch(
    /\/gone answered 404 3 times after each other, not 200\..*Release 2 was put back and serves/,
  );
  expect(await runningImages(app)).toEqual([await digestOf("1.1")]);

  await lookAtSwarm();
  const back = await rollBack(manager, { deploymentId: first, reason: "It looked better before.", confirm: name });
  expect(await untilRunEnds(back.run?.id ?? 0), await describeSteps(back.run?.id ?? 0)).toBe("succeeded");
  expect(await runningImages(app)).toEqual([await digestOf("1.0")]);
  expect(await read(back.id)).toMatchObject({ kind: "rollback", state: "done" });
});

test("the audit chain holds", async () => {
  expect(await verifyChain()).toMatchObject({ ok: true });
});
