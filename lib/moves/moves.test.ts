import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refuseWhileDeploying } from "#lib/backups/queries/refuse-while-deploying.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { NOT_ALLOWED } from "#lib/runs/constants.ts";
import { openStage, type Stage, type TestActor } from "#lib/runs/testing/stage.ts";
import { rotateSecret } from "#lib/secret-stores/commands/rotate-secret.ts";
import { rotateSchema } from "#lib/secret-stores/schema/views.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { goBack } from "./commands/go-back.ts";
import { planMove } from "./commands/plan-move.ts";
import { startMove } from "./commands/start-move.ts";
import { getMoveOfRun, listMoves } from "./queries/list-moves.ts";
import { type NewMove, newMoveSchema } from "./schema/move.ts";
import { checkInput } from "./schema/steps.ts";
import { movesCheck } from "./steps/check.ts";

/** What may be moved, by whom and when: rows only, no worker and no Docker. */
let stage: Stage;
let owner: TestActor;
let teammate: TestActor;

beforeAll(async () => {
  stage = await openStage("moves-rules");
  owner = stage.actor;
  teammate = await stage.addActor("staff", "Terry Teammate");
  for (const hostname of ["alpha", "beta"])
    await db().swarmNode.create({
      data: {
        ...{ id: hostname, hostname, role: "manager", state: "ready", availability: "active" },
        ...{ labels: {}, observedAt: new Date() },
      },
    });
});
afterAll(() => stage.close());

const wantedOf = (more: Partial<NewMove> = {}) =>
  newMoveSchema.parse({ environment: "production", toHost: "beta", ...more });

/** As a worker sees it: one task on a host. */
async function runOn(stack: string, host: string): Promise<void> {
  const id = randomUUID().slice(0, 25);
  const at = new Date();
  await db().swarmService.create({
    data: {
      ...{ id, name: `${stack}_app`, stack, image: "demo/web:1", desired: 1, running: 1 },
      ...{ updatedAt: at, observedAt: at },
      tasks: {
        create: {
          ...{ id: `t${id}`.slice(0, 25), nodeId: host, slot: 1, desiredState: "running", state: "running" },
          ...{ image: "demo/web:1", at, observedAt: at },
        },
      },
    },
  });
}

async function createOn(host: string, data: Record<string, unknown> = {}): Promise<LiveService> {
  const service = await createLiveService(owner, { answers: { data: { database: "mariadb", ...data } } });
  await runOn(`${service.name}-production`, host);
  return service;
}

async function start(actor: TestActor, service: LiveService, wanted = wantedOf()) {
  const plan = await planMove(owner, service.name, wanted);
  return startMove(actor, service.name, { ...wanted, planHash: plan.planHash });
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** What the engine writes when a run ends, without an engine. */
async function end(runId: number, state: string, done: readonly string[] = []): Promise<void> {
  await db().step.updateMany({ where: { runId, key: { in: [...done] } }, data: { state: "succeeded", attempts: 1 } });
  await db().run.update({ where: { id: runId }, data: { state, exclusiveKey: null } });
}

describe("planning a move", () => {
  it("says each step, the skipped ones with their reason, and finds the host it runs on", async () => {
    const service = await createOn("alpha");
    const plan = await planMove(owner, service.name, wantedOf());
    expect(plan.fromHost).toBe("alpha");
    const skipped = plan.steps.filter(({ skipReason }) => skipReason !== null).map(({ key }) => key);
    expect(skipped).toEqual(expect.arrayContaining(["ttl", "switch", "record", "route", "copy-files", "purge"]));
    expect(plan.steps.map(({ key }) => key)).toEqual(expect.arrayContaining(["stop", "copy-data", "stack", "prove"]));
  });

  it("does not start a second app on files that both hosts see", async () => {
    const service = await createOn("alpha", { filesFolder: true });
    const { runId } = await start(owner, service, wantedOf({ foldersShared: true }));
    const inputOf = async (key: string) =>
      (await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } })).input;
    expect(await inputOf("prepare")).toMatchObject({ app: { replicas: 0 } });
    expect(await inputOf("try")).toMatchObject({ probe: null });
    expect(await inputOf("stack")).toMatchObject({ app: { replicas: 1 } });
  });

  it("is refused where it runs already, where it is not seen, and read-only for what writes files", async () => {
    const service = await createOn("alpha", { filesFolder: true });
    expect(await codeOf(planMove(owner, service.name, wantedOf({ toHost: "alpha" })))).toBe("invalid");
    expect(await codeOf(planMove(owner, service.name, wantedOf({ mode: "read-only" })))).toBe("invalid");
    const unseen = await createLiveService(owner);
    expect(await codeOf(planMove(owner, unseen.name, wantedOf()))).toBe("moves.no_single_host");
  });
});

describe("starting a move", () => {
  it("is the owner's and the administrators'", async () => {
    const service = await createOn("alpha");
    expect(await codeOf(planMove(teammate, service.name, wantedOf()))).toBe("forbidden");
    expect(await codeOf(start(teammate, service))).toBe("forbidden");
    expect((await listMoves(teammate, service.name)).mayMove).toBe(false);
  });

  it("to an address for the reverse proxy that the panel does not know takes an administrator, whoever the service is", async () => {
    const service = await createOn("alpha");
    const elsewhere = wantedOf({ upstreamHost: "10.9.8.7" });
    const admin = await stage.addActor("admin", "Ada Admin");
    const manager = { ...owner, roles: ["staff", "manager"] as TestActor["roles"] };
    expect(await codeOf(planMove(owner, service.name, elsewhere))).toBe("forbidden");
    const { planHash } = await planMove(admin, service.name, elsewhere);
    for (const actor of [owner, manager])
      expect(await codeOf(startMove(actor, service.name, { ...elsewhere, planHash }))).toBe("forbidden");
    expect((await listMoves(owner, service.name)).noUpstream).toMatch(/Only an administrator/);
    const { environments, noUpstream } = await listMoves(admin, service.name);
    expect(noUpstream).toBeNull();
    const asNow = environments[0]?.upstreamHost ?? "";
    expect(await codeOf(planMove(owner, service.name, wantedOf({ upstreamHost: asNow })))).toBe("done");
    const { runId } = await startMove(admin, service.name, { ...elsewhere, planHash });
    await end(runId, "failed");

    // And again by the worker, before it looks at anything else.
    const { input } = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "check" } } });
    const { ctx } = createTestContext({ service, environment: "production", run: { requestedById: admin.id } });
    const check = () => codeOf(movesCheck.apply(checkInput.parse(input), ctx));
    overrideConfig({ DOCKER_HOST: "unix:///nowhere/docker.sock" });
    expect(await check()).not.toBe(NOT_ALLOWED);
    await db().user.update({ where: { id: admin.id }, data: { roles: "staff" } });
    expect(await check()).toBe(NOT_ALLOWED);
    overrideConfig(undefined);
  });

  it("keeps what it was planned from, and is refused when that changed", async () => {
    const service = await createOn("alpha");
    const wanted = wantedOf();
    const { planHash } = await planMove(owner, service.name, wanted);
    expect(await codeOf(startMove(owner, service.name, { ...wanted, mode: "read-only", planHash }))).toBe("plan.stale");
    const { runId } = await startMove(owner, service.name, { ...wanted, planHash });
    expect(await getMoveOfRun(owner, runId)).toMatchObject({
      ...{ state: "preparing", fromHost: "alpha", toHost: "beta", budgetS: 600, downSince: null },
    });
    expect(await codeOf(start(owner, service))).toBe("moves.open");
  });

  it("of production waits for staging, or for a manager's reason", async () => {
    const service = await createOn("alpha");
    const { currentId } = await db().environment.findUniqueOrThrow({ where: { id: service.id } });
    const staging = { serviceId: service.id, name: "staging", stackName: `${service.name}-staging`, currentId };
    await db().environment.create({ data: { id: randomUUID(), ...staging } });
    expect(await codeOf(start(owner, service))).toBe("moves.staging_first");
    const because = wantedOf({ stagingWaiver: "Staging is on another swarm." });
    expect(await codeOf(start(owner, service, because))).toBe("forbidden");
    const manager = { ...owner, roles: ["staff", "manager"] as TestActor["roles"] };
    const { runId } = await start(manager, service, because);
    const check = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key: "check" } } });
    expect(check.input).toMatchObject({ stagingWaiver: "Staging is on another swarm." });
    await end(runId, "failed");

    const move = { serviceId: service.id, environment: "staging", fromHost: "alpha", toHost: "beta", plan: {} };
    await db().run.update({ where: { id: runId }, data: { state: "succeeded" } });
    await db().move.update({ where: { runId }, data: { ...move } });
    expect(await codeOf(start(owner, service))).toBe("done");
  });
});

describe("going back", () => {
  it("is possible once something was changed and no run is at it, and is done once", async () => {
    const service = await createOn("alpha");
    const { runId, moveId } = await start(owner, service);
    expect(await codeOf(goBack(owner, moveId))).toBe("moves.no_way_back");
    await end(runId, "failed", ["check"]);
    expect(await codeOf(goBack(owner, moveId))).toBe("moves.no_way_back");
    await end(runId, "failed", ["check", "prepare", "try", "stop"]);
    expect(await codeOf(goBack(teammate, moveId))).toBe("forbidden");
    const back = await goBack(owner, moveId);
    const keys = await db().step.findMany({ where: { runId: back.runId }, select: { key: true, state: true } });
    expect(keys.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["clear", "stack", "release", "settle", "prove"]),
    );
    expect(await codeOf(goBack(owner, moveId))).toBe("moves.no_way_back");
    await end(back.runId, "succeeded");
    expect(await getMoveOfRun(owner, runId)).toMatchObject({ state: "went-back", backRunId: back.runId });
    expect(await codeOf(start(owner, service))).toBe("done");
  });

  it("is over when its names point at the new host, and when it has moved", async () => {
    const service = await createOn("alpha");
    const { runId, moveId } = await start(owner, service);
    await end(runId, "failed", ["check", "prepare", "stop", "stack", "prove", "old-off"]);
    expect(await codeOf(goBack(owner, moveId))).toBe("moves.no_way_back");
    await end(runId, "succeeded");
    expect(await getMoveOfRun(owner, runId)).toMatchObject({
      ...{ state: "moved", back: { may: false } },
      leftBehind: [`volume ${service.name}-production_db`],
    });
  });

  it("says that what people wrote on the new host is left there, from when it may have served", async () => {
    const service = await createOn("alpha");
    const { runId } = await start(owner, service);
    await end(runId, "failed", ["check", "prepare", "stop", "copy-data", "clear"]);
    expect(await getMoveOfRun(owner, runId)).toMatchObject({ back: { may: true, losesData: false } });
    await end(runId, "failed", ["stack"]);
    expect(await getMoveOfRun(owner, runId)).toMatchObject({ back: { may: true, losesData: true } });
  });

  it("can be started again after it was cancelled", async () => {
    const service = await createOn("alpha");
    const { runId, moveId } = await start(owner, service);
    await end(runId, "failed", ["check", "prepare", "stop"]);
    const first = await goBack(owner, moveId);
    await end(first.runId, "cancelled", ["clear"]);
    const second = await goBack(owner, moveId);
    expect(second).toMatchObject({ created: true });
    expect(second.runId).not.toBe(first.runId);
  });

  it("ends the move: its run cannot be retried once the old place may have been written to", async () => {
    const service = await createOn("alpha");
    const { runId, moveId } = await start(owner, service);
    await end(runId, "failed", ["check", "prepare", "stop", "copy-data", "clear"]);
    await db().step.updateMany({ where: { runId, key: "stack" }, data: { state: "failed" } });
    const back = await goBack(owner, moveId);
    await end(back.runId, "succeeded");
    expect(await codeOf(retryRun(owner, runId, []))).toBe("runs.overtaken");
  });

  it("is the only way: a move's steps are never undone one by one", async () => {
    const service = await createOn("alpha");
    const { runId } = await start(owner, service);
    await end(runId, "failed", ["check", "prepare"]);
    expect(await codeOf(undoRun(owner, runId, []))).toBe("forbidden");
  });
});

describe("a move that was left half-way", () => {
  const rotate = (service: LiveService) =>
    rotateSecret(owner, service.name, rotateSchema.parse({ environment: "production", secret: "db_pass" }));

  it("keeps releases, data and passwords as they are until it is done or gone back from", async () => {
    const service = await createOn("alpha");
    const place = { serviceId: service.id, environment: "production" };
    const { runId, moveId } = await start(owner, service);
    await end(runId, "failed", ["check"]);
    expect(await codeOf(refuseWhileDeploying(place))).toBe("done");
    await end(runId, "failed", ["check", "prepare", "stop"]);
    expect(await codeOf(refuseWhileDeploying(place))).toBe("backups.moving");
    expect(await codeOf(rotate(service))).toBe("secrets.moving");
    const back = await goBack(owner, moveId);
    await end(back.runId, "failed", ["clear"]);
    expect(await codeOf(rotate(service))).toBe("secrets.moving");
    await end(back.runId, "succeeded");
    expect(await codeOf(refuseWhileDeploying(place))).toBe("done");
    expect(await codeOf(rotate(service))).toBe("done");
  });
});
