import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import type { UserActor } from "#lib/access/types.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { RunState } from "#lib/runs/types.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { createDraft } from "./commands/create-draft.ts";
import { deleteDraft } from "./commands/delete-draft.ts";
import { setDraftSecret } from "./commands/draft-secrets.ts";
import { planService } from "./commands/plan-service.ts";
import { startProvisioning } from "./commands/start-provisioning.ts";
import { updateDraft } from "./commands/update-draft.ts";
import { onRunFinished } from "./on-run-finished.ts";
import { checkDraft } from "./queries/check-draft.ts";
import { getHome } from "./queries/get-home.ts";
import { getService } from "./queries/get-service.ts";
import { getDraft, listDrafts } from "./queries/read-draft.ts";
import { type Actors, createActors, refusalOf } from "./testing/actors.ts";

useTestDatabase("provisioning");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const uniqueName = () => `svc-${randomUUID().slice(0, 8)}`;

async function draftService(answers: Record<string, Record<string, unknown>> = {}) {
  const draft = await createDraft(people.owner);
  return updateDraft(people.owner, draft.id, {
    rev: draft.rev,
    answers: {
      ...answers,
      identity: { name: uniqueName(), purpose: "Shared notes", ...answers.identity },
      placement: { image: "demo/web:1", ...answers.placement },
    },
  });
}

/** What the engine does to a run, without an engine: its state, its steps' and the hook. */
async function settle(runId: number, state: RunState, outputs: Record<string, Prisma.InputJsonObject> = {}) {
  const run = await db().run.update({
    where: { id: runId },
    data: { state, ...(state === "running" ? {} : { finishedAt: new Date(), exclusiveKey: null }) },
  });
  await db().step.updateMany({
    where: { runId, state: { not: "skipped" } },
    data: { state: state === "succeeded" ? "succeeded" : state === "failed" ? "failed" : "ready" },
  });
  for (const [key, output] of Object.entries(outputs))
    await db().step.update({ where: { runId_key: { runId, key } }, data: { output } });
  await db().$transaction((tx) => onRunFinished(tx, { ...run, mode: run.mode as "apply", state }));
}

const DIGEST = `demo/web@sha256:${"a".repeat(64)}`;
async function planAndSettle(actor: UserActor, draftId: string, state: RunState = "succeeded"): Promise<number> {
  const { runId } = await planService(actor, draftId);
  await settle(
    runId,
    state,
    state === "succeeded" ? { stack: { pinned: { appImagePinned: DIGEST }, warnings: [] } } : {},
  );
  return runId;
}

async function provision(answers: Record<string, Record<string, unknown>> = {}) {
  const draft = await draftService(answers);
  const planRunId = await planAndSettle(people.owner, draft.id);
  const started = await startProvisioning(people.owner, draft.id, { planRunId });
  return { draftId: draft.id, planRunId, ...started };
}
const stateOf = async (name: string) => (await db().service.findUniqueOrThrow({ where: { name } })).state;

describe("a plan", () => {
  test("is one run for the same answers, and another after a change", async () => {
    const draft = await draftService();
    const first = await planService(people.owner, draft.id);
    expect(await planService(people.teammate, draft.id)).toEqual(first);
    const view = await getDraft(people.owner, draft.id);
    expect(view).toMatchObject({ planRun: { id: first.runId, mode: "plan" }, planIsCurrent: true });
    await updateDraft(people.owner, draft.id, { rev: view.rev, answers: { identity: { purpose: "Other" } } });
    expect((await getDraft(people.owner, draft.id)).planIsCurrent).toBe(false);
    expect((await planService(people.owner, draft.id)).runId).not.toBe(first.runId);
  });

  test("can be made again from the same answers once it has failed", async () => {
    const draft = await draftService();
    const failed = await planAndSettle(people.owner, draft.id, "failed");
    const again = await planService(people.owner, draft.id);
    expect(again.runId).not.toBe(failed);
    expect(await planService(people.owner, draft.id)).toEqual(again);
    expect((await getDraft(people.owner, draft.id)).planIsCurrent).toBe(true);
  });

  test("of answers that are not right is refused beside each field, and of a viewer altogether", async () => {
    const draft = await draftService({ identity: { name: "; rm" }, placement: { image: "no image" } });
    expect((await refusalOf(planService(people.owner, draft.id))).fields).toMatchObject({
      "identity.name": expect.any(String),
      "placement.image": "An image's name has no spaces.",
    });
    expect(await refusalOf(planService(people.outsider, draft.id))).toMatchObject({ status: 403 });
  });

  test("takes a volume's first backup only where the swarm is seen to have one node, as its preview says", async () => {
    const volumes = [{ name: "spool", target: "/spool", readOnly: false }];
    const takesOf = async () => {
      const draft = await draftService({ placement: { volumes } });
      const { preview } = await checkDraft(people.owner, draft.id);
      const { runId } = await planService(people.owner, draft.id);
      const steps = await db().step.findMany({ where: { runId, name: "backups.take", state: { not: "skipped" } } });
      const planned = steps.map(({ key }) => key);
      expect(
        preview.filter(({ name, skipReason }) => name === "backups.take" && !skipReason).map(({ key }) => key),
      ).toEqual(planned);
      return planned;
    };
    const node = (id: string, availability: string) => ({
      ...{ id, hostname: id, role: "worker", state: "ready", availability, labels: {}, observedAt: new Date() },
    });
    overrideConfig({ BACKUP_HELPER_IMAGE: "seaworthy:1" });
    expect(await takesOf()).toEqual([]);
    await db().swarmNode.create({ data: node("one", "active") });
    expect(await takesOf()).toEqual(["backup.volume-spool"]);
    // Perhaps the one whose engine the worker asks.
    await db().swarmNode.create({ data: node("drained", "drain") });
    expect(await takesOf()).toEqual([]);
    await db().swarmNode.deleteMany();
    overrideConfig(undefined);
  });

  test("creates no service, no claim and no secret", async () => {
    const draft = await draftService();
    await planService(people.owner, draft.id);
    expect(await db().service.count({ where: { name: String(draft.answers.identity.name) } })).toBe(0);
    expect(await db().serviceClaim.count({ where: { serviceId: draft.id } })).toBe(0);
  });
});

describe("starting", () => {
  test("makes the service, its environment, answers, claims and dependencies with the run, and pins what the plan found", async () => {
    const other = (await provision()).serviceName;
    const { runId, serviceName, draftId } = await provision({
      identity: { dependsOn: [{ service: other, reason: "asks it for notes" }] },
      data: { filesFolder: true, database: "mariadb" },
    });
    const service = await getService(people.outsider, serviceName);
    expect(service).toMatchObject({
      id: draftId,
      state: "provisioning",
      owner: { id: people.owner.id },
      hostnames: [`${serviceName}.${process.env.ROOT_DOMAIN}`, `direct.${serviceName}.${process.env.ROOT_DOMAIN}`],
      environments: [{ name: "production", stackName: `${serviceName}-production` }],
      dependsOn: [{ name: other, reason: "asks it for notes" }],
      answersVersion: 1,
      lastRun: { id: runId, mode: "apply" },
    });
    expect((await getService(people.owner, other)).dependents.map((one) => one.name)).toEqual([serviceName]);
    const run = await db().run.findUniqueOrThrow({ where: { id: runId }, include: { steps: true } });
    expect(run).toMatchObject({ exclusiveKey: `service:${draftId}`, draftId, requestedById: people.owner.id });
    expect(run.steps.find((step) => step.key === "stack")?.input).toMatchObject({ appImagePinned: DIGEST });
    const claims = await db().serviceClaim.findMany({ where: { serviceId: draftId } });
    expect(claims.map((claim) => claim.kind).sort()).toEqual(["folder", "hostname", "hostname", "name", "port"]);
  });

  test("twice, or by many at once, is one service and one run", async () => {
    const draft = await draftService();
    const planRunId = await planAndSettle(people.owner, draft.id);
    const starts = Array.from({ length: 10 }, (_, index) =>
      startProvisioning(index % 2 === 0 ? people.owner : people.teammate, draft.id, { planRunId }),
    );
    const results = await Promise.all(starts);
    expect(new Set(results.map((result) => result.runId)).size).toBe(1);
    expect(results.filter((result) => result.created)).toHaveLength(1);
    expect(await db().run.count({ where: { draftId: draft.id, mode: "apply" } })).toBe(1);
    expect(await db().answers.count({ where: { serviceId: draft.id } })).toBe(1);
    expect(await startProvisioning(people.teammate, draft.id, { planRunId })).toMatchObject({ created: false });
  });

  test("two drafts of one name at once: one wins, the other is told", async () => {
    const name = uniqueName();
    const drafts = [await draftService({ identity: { name } }), await draftService({ identity: { name } })];
    const plans = await Promise.all(drafts.map((draft) => planAndSettle(people.owner, draft.id)));
    const results = await Promise.allSettled(
      drafts.map((draft, index) => startProvisioning(people.owner, draft.id, { planRunId: plans[index] ?? 0 })),
    );
    const lost = results.find((result) => result.status === "rejected");
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect([409, 422]).toContain(lost?.reason.status);
    expect(await db().service.count({ where: { name } })).toBe(1);
  });

  test("two drafts never get one automatic port", async () => {
    const services = await Promise.all(Array.from({ length: 5 }, () => provision()));
    const ports = await db().serviceClaim.findMany({
      where: { kind: "port", serviceId: { in: services.map((one) => one.draftId) } },
    });
    expect(new Set(ports.map((port) => port.value)).size).toBe(5);
    for (const { value } of ports) {
      const number = Number(value.split("/")[0]);
      expect(number).toBeGreaterThanOrEqual(Number(process.env.PUBLISHED_PORT_MIN ?? 20000));
      expect(number).toBeLessThanOrEqual(Number(process.env.PUBLISHED_PORT_MAX ?? 29999));
    }
  });

  test("is refused without the plan of these answers, with the reason", async () => {
    const draft = await draftService();
    const { runId } = await planService(people.owner, draft.id);
    const start = (planRunId: number) => refusalOf(startProvisioning(people.owner, draft.id, { planRunId }));
    expect(await start(runId)).toMatchObject({ status: 409, code: "plan.unfinished" });
    await settle(runId, "failed");
    expect((await start(runId)).message).toMatch(
      /^The plan found what would not work. .*Deploy stack .*: It failed[.]/,
    );
    await settle(runId, "succeeded");
    expect(await start(999_999)).toMatchObject({ code: "plan.unknown" });
    const foreign = await planAndSettle(people.owner, (await draftService()).id);
    expect(await start(foreign)).toMatchObject({ code: "plan.unknown" });
    await updateDraft(people.teammate, draft.id, { rev: draft.rev, answers: { placement: { replicas: 2 } } });
    expect(await start(runId)).toMatchObject({ code: "plan.stale" });
    expect(await refusalOf(startProvisioning(people.outsider, draft.id, { planRunId: runId }))).toMatchObject({
      status: 403,
    });
    expect(await db().service.count({ where: { id: draft.id } })).toBe(0);
  });

  test("is refused when something the plan rests on has changed under it", async () => {
    const draft = await draftService();
    const planRunId = await planAndSettle(people.owner, draft.id);
    const { input } = await db().step.findUniqueOrThrow({ where: { runId_key: { runId: planRunId, key: "stack" } } });
    const { app } = input as { app: { ports: { published: number }[] } };
    const port = app.ports[0]?.published ?? 0;
    const holder = await provision();
    await db().serviceClaim.create({ data: { kind: "port", value: `${port}/tcp`, serviceId: holder.draftId } });
    const refused = await refusalOf(startProvisioning(people.owner, draft.id, { planRunId }));
    expect(refused).toMatchObject({ code: "plan.stale", status: 409 });
    const again = await planAndSettle(people.owner, draft.id);
    expect(again).not.toBe(planRunId);
    expect(await startProvisioning(people.owner, draft.id, { planRunId: again })).toMatchObject({ created: true });
  });

  test("moves the values given for secrets under the service's names, and leaves none behind", async () => {
    const others = [
      { name: "smtp_pass", purpose: "mail", source: "stored" },
      { name: "token", purpose: "", source: "generate" },
    ];
    const draft = await draftService({ secrets: { others } });
    await setDraftSecret(people.owner, draft.id, "smtp_pass", "hunter2");
    await setDraftSecret(people.owner, draft.id, "unused", "old value");
    const planRunId = await planAndSettle(people.owner, draft.id);
    const { serviceName } = await startProvisioning(people.owner, draft.id, { planRunId });
    const moved = await findSecret(db(), `services.${serviceName}.smtp_pass`);
    expect(moved?.value.toString()).toBe("hunter2");
    expect(await db().secret.count({ where: { name: { startsWith: `drafts.${draft.id}` }, deletedAt: null } })).toBe(0);
    const view = await getService(people.outsider, serviceName);
    expect(view.secrets.map((secret) => secret.name)).toEqual([`services.${serviceName}.smtp_pass`]);
    expect(JSON.stringify(view)).not.toContain("hunter2");
  });
});

describe("the same answers", () => {
  test("can be started anew once their run was cancelled, and twice is one run again", async () => {
    const { draftId, planRunId, runId } = await provision();
    const start = () => startProvisioning(people.owner, draftId, { planRunId });
    await settle(runId, "failed");
    expect(await start()).toMatchObject({ runId, created: false });
    await settle(runId, "cancelled");
    const again = await start();
    expect(again.created).toBe(true);
    expect(again.runId).not.toBe(runId);
    expect(await start()).toMatchObject({ runId: again.runId, created: false });
  });

  test("can be started anew once their run was undone", async () => {
    const { draftId, planRunId, runId, serviceName } = await provision();
    await settle(runId, "succeeded");
    const undo = await db().run.create({
      data: {
        mode: "undo",
        checklistKey: "provision",
        checklistVersion: 1,
        title: "Undo",
        serviceId: draftId,
        undoesRunId: runId,
        state: "running",
        startKey: `undo:${runId}`,
      },
    });
    await settle(undo.id, "succeeded");
    expect(await stateOf(serviceName)).toBe("retired");
    const again = await startProvisioning(people.owner, draftId, { planRunId });
    expect(again).toMatchObject({ serviceName, created: true });
    expect(await stateOf(serviceName)).toBe("provisioning");
  });
});

describe("a service follows its runs", () => {
  test("live when provisioning succeeds; its draft is then its record", async () => {
    const { draftId, runId, serviceName } = await provision();
    const draft = await getDraft(people.owner, draftId);
    expect(await refusalOf(updateDraft(people.owner, draftId, { rev: draft.rev }))).toMatchObject({
      code: "draft.running",
    });
    await settle(runId, "succeeded");
    expect(await stateOf(serviceName)).toBe("live");
    expect((await listDrafts(people.owner)).map((one) => one.id)).not.toContain(draftId);
    expect(await refusalOf(updateDraft(people.owner, draftId, { rev: draft.rev }))).toMatchObject({
      code: "draft.done",
    });
    expect(await refusalOf(deleteDraft(people.owner, draftId))).toMatchObject({ code: "draft.started" });
  });

  test("failed when it fails; answers can change and start a new run of the same service", async () => {
    const { draftId, runId, serviceName } = await provision();
    await settle(runId, "failed");
    expect(await stateOf(serviceName)).toBe("failed");
    const home = await getHome(people.owner);
    expect(home.waiting.failedRuns.map((run) => run.id)).toContain(runId);
    expect(home.waiting.drafts.map((draft) => draft.id)).toContain(draftId);

    const { rev } = await getDraft(people.owner, draftId);
    const renamed = await updateDraft(people.owner, draftId, { rev, answers: { identity: { name: uniqueName() } } });
    expect((await refusalOf(planService(people.owner, draftId))).fields).toMatchObject({
      "identity.name": `Provisioning has begun as ${serviceName}: the name cannot change any more.`,
    });
    await updateDraft(people.owner, draftId, {
      rev: renamed.rev,
      answers: { identity: { name: serviceName }, placement: { image: "demo/web:2" } },
    });
    const planRunId = await planAndSettle(people.teammate, draftId);
    const second = await startProvisioning(people.teammate, draftId, { planRunId });
    expect(second.created).toBe(true);
    expect(second.runId).not.toBe(runId);
    expect(await getService(people.owner, serviceName)).toMatchObject({
      id: draftId,
      state: "provisioning",
      answersVersion: 2,
    });
    expect((await getHome(people.owner)).waiting.failedRuns.map((run) => run.id)).not.toContain(runId);
    await settle(second.runId, "succeeded");
    expect(await stateOf(serviceName)).toBe("live");
  });

  test("provisioning again when a failed run is retried, and failed when it is cancelled", async () => {
    const { runId, serviceName } = await provision();
    await settle(runId, "failed");
    await settle(runId, "running");
    expect(await stateOf(serviceName)).toBe("provisioning");
    await settle(runId, "cancelled");
    expect(await stateOf(serviceName)).toBe("failed");
  });

  test("retired once everything was undone: its names are free, and a new service may take the name with its history", async () => {
    const { draftId, runId, serviceName } = await provision({ data: { filesFolder: true } });
    await settle(runId, "failed");
    const undo = await db().run.create({
      data: {
        mode: "undo",
        checklistKey: "provision",
        checklistVersion: 1,
        title: "Undo",
        serviceId: draftId,
        undoesRunId: runId,
        state: "running",
        startKey: `undo:${runId}`,
      },
    });
    await settle(undo.id, "running");
    expect(await stateOf(serviceName)).toBe("decommissioning");
    await settle(undo.id, "succeeded");
    expect(await stateOf(serviceName)).toBe("retired");
    expect(await db().serviceClaim.count({ where: { serviceId: draftId } })).toBe(0);

    const again = await provision({ identity: { name: serviceName } });
    expect(again.serviceName).toBe(serviceName);
    const service = await getService(people.owner, serviceName);
    expect(service).toMatchObject({ id: draftId, state: "provisioning", answersVersion: 2, retiredAt: null });
    expect(service.runs.map((run) => run.id)).toEqual([again.runId, undo.id, runId]);
  });

  test("a draft whose service was retired may begin another under a new name, and leaves the old one its history", async () => {
    const { draftId, runId, serviceName } = await provision();
    await settle(runId, "failed");
    await db().service.update({ where: { id: draftId }, data: { state: "retired" } });
    await db().serviceClaim.deleteMany({ where: { serviceId: draftId } });
    const { rev } = await getDraft(people.owner, draftId);
    const name = uniqueName();
    await updateDraft(people.owner, draftId, { rev, answers: { identity: { name } } });
    const planRunId = await planAndSettle(people.owner, draftId);
    expect(await startProvisioning(people.owner, draftId, { planRunId })).toMatchObject({
      serviceName: name,
      created: true,
    });
    expect(await getService(people.owner, serviceName)).toMatchObject({ id: draftId, state: "retired" });
    const fresh = await getService(people.owner, name);
    expect(fresh).toMatchObject({ state: "provisioning", answersVersion: 1 });
    expect(fresh.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("not retired while the ledger still holds something of it", async () => {
    const { draftId, runId, serviceName } = await provision();
    await settle(runId, "failed");
    const step = await db().step.findFirstOrThrow({ where: { runId } });
    await db().resource.create({
      data: {
        id: randomUUID(),
        kind: "swarm.secret",
        providerId: draftId,
        name: "left over",
        serviceId: draftId,
        stepId: step.id,
        stepName: step.name,
        state: "present",
        attributes: {},
      },
    });
    const run = {
      id: 0,
      mode: "undo" as const,
      state: "succeeded" as const,
      checklistKey: "provision",
      serviceId: draftId,
    };
    await db().$transaction((tx) => onRunFinished(tx, { ...run, undoesRunId: runId }));
    expect(await stateOf(serviceName)).toBe("failed");
    expect((await getService(people.owner, serviceName)).resources.map((one) => one.name)).toEqual(["left over"]);

    // Gone after all: what people ordered for it besides is not found by a later service of its name.
    const certificate = { id: randomUUID(), names: "x.example.org", state: "issued", serviceId: draftId };
    await db().certificate.create({ data: { ...certificate, ownerId: people.owner.id } });
    await db().resource.updateMany({ where: { serviceId: draftId }, data: { state: "gone" } });
    await db().$transaction((tx) => onRunFinished(tx, { ...run, undoesRunId: runId }));
    expect(await stateOf(serviceName)).toBe("retired");
    expect(await db().certificate.findUnique({ where: { id: certificate.id } })).toMatchObject({
      ...{ serviceId: null, ownerId: null, autoRenew: false },
    });
  });
});

test("who did it is on the record, without any secret", async () => {
  const { draftId, runId } = await provision();
  const events = await db().auditEvent.findMany({ where: { subjectId: draftId }, orderBy: { id: "asc" } });
  expect(events.map((event) => event.action)).toEqual([
    "drafts.create",
    "drafts.update",
    "services.plan",
    "services.provision",
  ]);
  expect(events.at(-1)).toMatchObject({ actorId: people.owner.id, detail: { runId } });
});
