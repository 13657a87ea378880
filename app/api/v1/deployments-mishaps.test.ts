import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { KINDS } from "#lib/backups/constants.ts";
import { refuseWhileDeploying } from "#lib/backups/queries/refuse-while-deploying.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import { createPolicyRow } from "#lib/backups/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { listImages } from "#lib/releases/commands/check-images.ts";
import { endDeployment } from "#lib/releases/commands/end-deployment.ts";
import { releasesCheck } from "#lib/releases/steps/check.ts";
import { releasesMigrate } from "#lib/releases/steps/migrate.ts";
import { releasesRollout } from "#lib/releases/steps/rollout.ts";
import { releasesSoak } from "#lib/releases/steps/soak.ts";
import { createAsks, finish, stateOf } from "#lib/releases/testing/deployment-asks.ts";
import { type LiveService, pinned } from "#lib/releases/testing/live-service.ts";
import { createPromotable, createReadyRelease, observe } from "#lib/releases/testing/proposals.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { mayHandle } from "#lib/runs/own-run.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("mishaps");
const { ask, proposed, decide, start, read } = createAsks(createApi(ROUTES));
let people: People;
beforeAll(async () => {
  people = await createPeople();
});

type Release = { id: string };
const readRow = ({ id }: { id: string }) => db().deployment.findUniqueOrThrow({ where: { id } });
const runOf = async (one: { id: string }) => (await readRow(one)).runId ?? 0;
const currentOf = async ({ id }: LiveService) =>
  (await db().environment.findUniqueOrThrow({ where: { id } })).currentId ?? "";

async function approved(release: Release) {
  const one = await proposed(people.owner, release);
  await decide(people.manager, one);
  // What migrates takes two.
  if (one.needed > 1) await decide(people.admin, one);
  return one;
}
async function started(release: Release) {
  const one = await approved(release);
  const { status, text } = await start(people.owner, one);
  if (status !== 202) throw new Error(text);
  return one;
}
/** As the rollout notes it right before it tells Docker. */
const beginRollout = async (one: { id: string }) =>
  db().step.updateMany({
    where: { runId: await runOf(one), name: "releases.rollout" },
    data: { attempts: 1, checkpoint: { before: [], updateAt: "", spec: {} } },
  });
const back = (service: LiveService, deploymentId: string) =>
  ask(people.owner, "POST", "/deployments/rollback", {
    ...{ deploymentId, confirm: service.name, reason: "It was left half-way." },
  });
const contextOf = async (one: { id: string }, service: LiveService, outputs: Record<string, unknown> = {}) =>
  createTestContext({
    run: { id: await runOf(one), mode: "apply" },
    ...{ service: { id: service.id, name: service.name }, environment: "production", outputs },
  });

describe("a deployment that failed after its rollout had begun", () => {
  it("leaves the way back to what is held for running open, and its pages offer that", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const current = await currentOf(service);
    expect(await back(service, current)).toMatchObject({ status: 409, json: { error: { code: "deployments.runs" } } });
    const one = await started(release);
    await beginRollout(one);
    await finish(one, "failed");
    expect(await read(people.owner, one)).toMatchObject({
      may: { rollback: { ok: false }, rollbackToPrevious: { ok: true } },
      previous: { id: current, releaseNumber: 1 },
    });
    expect(await read(people.owner, { id: current })).toMatchObject({ may: { rollback: { ok: true } } });
    const { status, json } = await back(service, current);
    expect({ status, json }).toMatchObject({ status: 202, json: { kind: "rollback", release: { number: 1 } } });
    await finish(json);
    expect(await read(people.owner, one)).toMatchObject({ may: { rollbackToPrevious: { ok: false } } });
    expect(await back(service, json.id)).toMatchObject({ status: 409, json: { error: { code: "deployments.runs" } } });
  });

  it("is as nothing when no task had been told, but not when the swarm was seen with another image since", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const current = await currentOf(service);
    const one = await started(release);
    await finish(one, "failed");
    expect((await back(service, current)).status).toBe(409);
    await observe(service, pinned("demo/web:2", "b"), "2");
    expect(await read(people.owner, { id: current })).toMatchObject({ may: { rollback: { ok: true } } });
    expect((await back(service, current)).status).toBe(202);
  });
});

describe("a run that is cancelled", () => {
  /** As the page does it, with its step stopped by the worker. */
  async function cancel(one: { id: string }): Promise<void> {
    const runId = await runOf(one);
    const { status, text } = await ask(people.manager, "POST", `/runs/${runId}/cancel`);
    if (status >= 300) throw new Error(text);
  }
  const lastBack = async ({ id }: LiveService) =>
    db().deployment.findFirst({ where: { environmentId: id, kind: "rollback" }, orderBy: { createdAt: "desc" } });

  it("when its tasks are being replaced: what ran before is put back by a deployment of its own, and both pages say so", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await started(release);
    await beginRollout(one);
    await cancel(one);
    const back = await lastBack(service);
    expect(back).toMatchObject({ state: "running", requestedById: people.manager.id, runId: expect.any(Number) });
    expect(back?.reason).toMatch(/cancelled the run of release 2 when its rollout had begun/);
    expect(await read(people.owner, one)).toMatchObject({
      state: "failed",
      outcome: expect.stringMatching(/^.+ cancelled its run.*Release 1 is put back/),
      wayBack: { id: back?.id, releaseNumber: 1, state: "running" },
    });
    await finish({ id: back?.id ?? "" });
    expect(await currentOf(service)).toBe(back?.id);
    expect(await read(people.owner, one)).toMatchObject({
      wayBack: { state: "done" },
      may: { rollbackToPrevious: { ok: false } },
    });
  });

  it("before any task was told: nothing is put back", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await started(release);
    await cancel(one);
    expect(await readRow(one)).toMatchObject({
      state: "cancelled",
      outcome: expect.stringContaining("Nothing was touched"),
    });
    expect(await lastBack(service)).toBeNull();
  });

  it("after a migration that cannot be taken back: it is left, its page says why and offers the way back", async () => {
    const migrations = [{ id: "0002", sql: "ALTER TABLE notes DROP COLUMN waited" }];
    const { release, service } = await createPromotable(people.owner.actor, people.owner.actor, migrations);
    const one = await started(release);
    await db().step.updateMany({
      where: { runId: await runOf(one), name: "releases.migrate" },
      data: { attempts: 1, state: "succeeded" },
    });
    await beginRollout(one);
    await cancel(one);
    expect(await lastBack(service)).toBeNull();
    expect(await read(people.owner, one)).toMatchObject({
      state: "failed",
      outcome: expect.stringMatching(
        /It was NOT put back\. .*0002.*restored first\. Some of its tasks may be of this release/,
      ),
      wayBack: null,
      may: { rollbackToPrevious: { ok: true } },
    });
  });

  it("that was the way back itself: nobody is taken there again", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await started(release);
    await beginRollout(one);
    await cancel(one);
    const back = await lastBack(service);
    await beginRollout({ id: back?.id ?? "" });
    await cancel({ id: back?.id ?? "" });
    expect(await lastBack(service)).toMatchObject({
      ...{ id: back?.id, state: "failed" },
      outcome: expect.stringContaining("It was on the way back"),
    });
    expect(await read(people.owner, one)).toMatchObject({ may: { rollbackToPrevious: { ok: true } } });
  });
});

describe("a release and a move", () => {
  it("that was left half-way: it waits", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await approved(release);
    const { runId } = await transaction((tx) =>
      createRun(tx, people.owner.actor, {
        ...{ mode: "apply", checklist: { key: "move", version: 1 }, title: "Move", startKey: `move:${randomUUID()}` },
        ...{ serviceId: service.id, environment: "production" },
        steps: [{ key: "stop", name: "moves.stop", title: "Stop", input: {}, dependsOn: [] }],
      }),
    );
    await db().run.update({ where: { id: runId }, data: { state: "failed" } });
    await db().step.updateMany({ where: { runId }, data: { state: "failed", attempts: 1 } });
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.moving", message: expect.stringContaining(`Run ${runId} `) } },
    });
    await db().run.update({ where: { id: runId }, data: { state: "succeeded" } });
    expect((await start(people.owner, one)).status).toBe(202);
  });
});

describe("a release and an exchange of its data", () => {
  const swapRun = (service: LiveService, mode: "apply" | "undo" = "apply") =>
    transaction((tx) =>
      createRun(tx, people.dba.actor, {
        ...{ mode, checklist: { key: "swap", version: 1 }, title: "Swap", startKey: `swap:${randomUUID()}` },
        ...{ serviceId: service.id, environment: "production" },
        steps: [{ key: "swap", name: "backups.swap", title: "Swap", input: {}, dependsOn: [] }],
      }),
    );

  it("keep out of each other's way, whichever was first", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const place = { serviceId: service.id, environment: "production" };
    const one = await approved(release);
    await refuseWhileDeploying(place);
    const { runId } = await swapRun(service);
    expect(await start(people.owner, one)).toMatchObject({
      status: 409,
      json: { error: { code: "deployments.swapping", message: expect.stringContaining(`Run ${runId} `) } },
    });
    await db().run.update({ where: { id: runId }, data: { state: "succeeded" } });
    expect((await start(people.owner, one)).status).toBe(202);
    await expect(refuseWhileDeploying(place)).rejects.toMatchObject({ code: "backups.deploying", status: 409 });
    await expect(refuseWhileDeploying({ ...place, environment: "staging" })).resolves.toBeUndefined();
    await finish(one);
    await refuseWhileDeploying(place);
  });

  it("that stopped half-way: neither migrates nor replaces tasks", async () => {
    const migrations = [{ id: "1", sql: "UPDATE t SET a = 1 WHERE id = 1" }];
    const { release, service } = await createPromotable(people.owner.actor, people.owner.actor, migrations);
    const names = { databaseName: "notes", userName: "notes", passwordSecret: "p", rootPasswordSecret: "r" };
    const stackName = `${service.name}-production`;
    const source: BackupSource = { kind: "mariadb", stackName, swarmService: `${stackName}_db`, ...names };
    await createPolicyRow({ service, name: "database", source });
    const one = await started(release);
    const { runId } = await swapRun(service);
    const step = await db().step.findFirstOrThrow({ where: { runId } });
    await db().run.update({ where: { id: runId }, data: { state: "failed" } });
    const exchange = { living: "notes", incoming: "notes_restored", aside: "notes_before", phase: "kept" };
    await db().resource.create({
      data: {
        ...{
          id: randomUUID(),
          kind: KINDS.database,
          providerId: `${service.name}/notes`,
          name: "notes",
          state: "present",
        },
        ...{ stepId: step.id, stepName: "backups.swap", serviceId: service.id },
        attributes: { exchange, back: null, replicas: 1, source },
      },
    });
    const t = await contextOf(one, service, { check: { services: [] } });
    await expect(releasesMigrate.apply({ deploymentId: one.id }, t.ctx)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`Run ${runId} stopped while`)),
    });
    expect(await readRow(one)).toMatchObject({
      state: "void",
      outcome: expect.stringMatching(/Nothing was touched\..*notes, which may be half-filled/),
    });
  });
});

describe("what changed between the check and the act", () => {
  const gone = (service: LiveService) => ({
    check: { services: [{ name: `${service.name}-production_app`, image: pinned("demo/web:1"), specLabel: "1" }] },
  });

  it("voids a release before its tasks are touched", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await started(release);
    const t = await contextOf(one, service, gone(service));
    await expect(releasesRollout.apply({ deploymentId: one.id }, t.ctx)).rejects.toMatchObject({
      code: "releases.void",
    });
    expect(await readRow(one)).toMatchObject({
      state: "void",
      outcome: expect.stringMatching(/^Nothing was touched\..*The stack no longer has the service/),
    });
  });

  it("fails it, loudly, when its migrations have run", async () => {
    const migrations = [{ id: "1_notes", sql: "UPDATE t SET a = 1 WHERE id = 1" }];
    const { release, service } = await createPromotable(people.owner.actor, people.owner.actor, migrations);
    const one = await started(release);
    const t = await contextOf(one, service, gone(service));
    await expect(releasesRollout.apply({ deploymentId: one.id }, t.ctx)).rejects.toMatchObject({
      code: "releases.void",
    });
    expect(await readRow(one)).toMatchObject({
      state: "failed",
      outcome: expect.stringMatching(/^Its migrations \(1_notes\) have run; no task was replaced\..*no longer has/),
    });
    expect(t.lines.join("\n")).toMatch(/e Its migrations/);
  });

  it("is a freeze too, which began while the backup was proven", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const one = await started(release);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await ask(people.manager, "POST", "/calendar-rules", {
      ...{ effect: "deny", serviceName: service.name, environment: null, reason: "Month's end" },
      time: { kind: "once", from, until },
    });
    const t = await contextOf(one, service, { check: { services: [] } });
    await expect(releasesRollout.apply({ deploymentId: one.id }, t.ctx)).rejects.toMatchObject({
      message: expect.stringContaining("Month's end"),
    });
    expect(await stateOf(one)).toBe("void");
  });
});

describe("secrets of a release", () => {
  it("are put into the swarm in the versions that were approved; a new value voids what was approved", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const before = await db().release.findUniqueOrThrow({ where: { id: release.id } });
    const template = { ...(before.template as object), secrets: ["api_key"] };
    await db().release.update({ where: { id: release.id }, data: { template } });
    const name = secretFullName(service.name, "api_key");
    const save = (value: string) => transaction((tx) => storeSecret(tx, { name, value, serviceId: service.id }));
    await save("one");
    // Nothing that runs there is given it.
    const early = await approved(release);
    await save("two");
    expect(await start(people.owner, early)).toMatchObject({ status: 409 });
    expect(await readRow(early)).toMatchObject({
      state: "void",
      outcome: expect.stringContaining("The secret api_key is version 2 now, not 1"),
    });

    const one = await started(release);
    await save("three");
    const step = await db().step.findFirstOrThrow({ where: { runId: await runOf(one), name: "swarm.secret" } });
    expect(step.input).toMatchObject({ swarmName: name, source: "stored", version: 2 });
  });

  it("that are gone in the version that was approved are found out before anything is touched", async () => {
    const { release, service } = await createPromotable(people.owner.actor);
    const before = await db().release.findUniqueOrThrow({ where: { id: release.id } });
    const template = { ...(before.template as object), secrets: ["api_key"] };
    await db().release.update({ where: { id: release.id }, data: { template } });
    const name = secretFullName(service.name, "api_key");
    await transaction((tx) => storeSecret(tx, { name, value: "one", serviceId: service.id }));
    const one = await started(release);
    await db().secret.updateMany({ where: { name }, data: { deletedAt: new Date() } });
    const t = await contextOf(one, service);
    await expect(releasesCheck.apply({ deploymentId: one.id }, t.ctx)).rejects.toMatchObject({
      message: expect.stringContaining("Secrets that it is to be given are gone: api_key version 1."),
    });
    expect(await stateOf(one)).toBe("void");
  });
});

it("a soak whose worker died after it was said to be done is done, with what it saw", async () => {
  const { release, service } = await createPromotable(people.owner.actor);
  const one = await started(release);
  const runId = await runOf(one);
  const output = { soakS: 2, probe: null, notProbed: "it has none" };
  const t = await contextOf(one, service);
  await t.ctx.checkpoint.set({ watchedMs: 2_000, before: [], output });
  await transaction((tx) =>
    endDeployment(tx, { id: one.id, runId, environmentId: service.id }, { state: "done", outcome: "Runs." }),
  );
  expect(await releasesSoak.apply({ deploymentId: one.id }, t.next().ctx)).toEqual(output);
});

it("nobody undoes a deployment's run: it would remove the backup from before its migrations", async () => {
  const { service } = await createPromotable(people.owner.actor);
  const run = { checklistKey: "deploy", serviceId: service.id, requestedById: people.owner.id, mode: "apply" };
  for (const who of ["owner", "teammate", "manager", "dba", "admin"] as const)
    expect(await transaction((tx) => mayHandle(tx, people[who].actor, "undo", run)), who).toBe(false);
  expect(await transaction((tx) => mayHandle(tx, people.owner.actor, "cancel", run))).toBe(true);
});

it("of what one may go back to, registries are asked for the images, the last ten of each environment", async () => {
  const { service } = await createPromotable(people.owner.actor);
  const release = await createReadyRelease(service, people.owner.actor, { letter: "e" });
  const { id: _id, ...row } = await readRow({ id: await currentOf(service) });
  const make = (letter: string, minutes: number, state = "done") =>
    db().deployment.create({
      data: {
        ...(row as object as Omit<typeof row, "content" | "answers" | "evidence" | "targetState" | "editorIds">),
        ...{ id: randomUUID(), releaseId: release.id, state, runId: null },
        ...{ answers: {}, evidence: {}, targetState: {}, editorIds: [] },
        createdAt: new Date(Date.now() + minutes * 60_000),
        content: { ...(row.content as object), images: { app: pinned("demo/many", letter) } },
      },
    });
  for (let nth = 0; nth < 9; nth++) await make(nth.toString(16), nth + 1);
  await make("f", 20, "failed");
  const images = (await listImages()).filter((image) => image.startsWith("demo/many"));
  expect(images).toHaveLength(9);
  expect(await listImages()).toContain(pinned("demo/web:1"));
  await make("9", 30);
  await make("a", 31);
  expect((await listImages()).filter((image) => image.startsWith("demo/many"))).toHaveLength(10);
});
