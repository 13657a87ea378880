import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { openStage, type Stage, testStep, untilState } from "#lib/runs/testing/stage.ts";
import { createDraft } from "./commands/create-draft.ts";
import { planService } from "./commands/plan-service.ts";
import { startProvisioning } from "./commands/start-provisioning.ts";
import { updateDraft } from "./commands/update-draft.ts";
import { getHome } from "./queries/get-home.ts";
import { getService } from "./queries/get-service.ts";
import { getDraft } from "./queries/read-draft.ts";

/** The real engine and the real checklist; only what the steps do outside is left out. */
const PINNED = `demo/web@sha256:${"b".repeat(64)}`;
let stage: Stage;
let stackFails = false;
const stackInputs: Record<string, unknown>[] = [];

beforeAll(async () => {
  stage = await openStage("journey");
  // Nothing packs its folder: that is left to a person.
  overrideConfig({ BACKUP_HELPER_IMAGE: "", UPTIME_KUMA_URL: "" });
  const make = (name: string, kind: string) =>
    testStep(
      name,
      async (input, ctx) => {
        const entry = { kind, providerId: `${ctx.run.id}-${ctx.step.key}`, name: ctx.step.title };
        await ctx.ledger.record(entry);
        return input;
      },
      {
        undo: async (resources, _input, ctx) => {
          for (const one of resources) await ctx.ledger.gone(one.kind, one.providerId);
        },
      },
    );
  const stack = testStep(
    "swarm.stack",
    async (input) => {
      stackInputs.push(input);
      if (stackFails) throw new AppError({ code: "stack.failed", message: "No task came up.", retry: "permanent" });
    },
    { plan: async () => ({ changes: [], pinned: { appImagePinned: PINNED } }) },
  );
  const others = [
    "swarm.secret",
    "services.folder",
    "dns.record",
    "certificates.issue",
    "ingress.route",
    "backups.policy",
    "backups.take",
    "backups.verify",
    "notifications.mail",
    "watching.monitor",
    "readiness.survey",
  ];
  await stage.startEngine([stack, ...others.map((name) => make(name, name))], { hooks: RUN_HOOKS });
});
afterAll(() => stage.close());

async function planAndStart(draftId: string) {
  const plan = await planService(stage.actor, draftId);
  expect(await untilState(plan.runId, "finished")).toBe("succeeded");
  return startProvisioning(stage.actor, draftId, { planRunId: plan.runId });
}

async function draftService() {
  const draft = await createDraft(stage.actor);
  return updateDraft(stage.actor, draft.id, {
    rev: draft.rev,
    answers: {
      identity: { name: `svc-${randomUUID().slice(0, 8)}`, purpose: "Shared notes" },
      placement: { image: "demo/web:1" },
      data: { database: "mariadb", filesFolder: true },
    },
  });
}

test("from a draft over the plan to a live service, with a person's note between", async () => {
  const draft = await draftService();
  const { runId, serviceName } = await planAndStart(draft.id);
  expect(await untilState(runId, ["waiting"])).toBe("waiting");
  expect(stackInputs.at(-1)).toMatchObject({ appImagePinned: PINNED, serviceName });

  const { waiting } = await getHome(stage.actor);
  const mine = waiting.steps.filter((step) => step.run.id === runId);
  expect(mine.map((step) => step.stepKey).sort()).toEqual(["files-backup", "monitor-by-hand.uptime-kuma"]);
  expect((await getService(stage.actor, serviceName)).state).toBe("provisioning");
  for (const step of mine) await confirmStep(stage.actor, step.stepId, { note: "Done, see the monitor." }, RUN_HOOKS);

  expect(await untilState(runId, "finished")).toBe("succeeded");
  const service = await getService(stage.actor, serviceName);
  expect(service.state).toBe("live");
  expect(service.liveAt).not.toBeNull();
  expect(service.resources.map((one) => one.kind)).toContain("backups.take");

  // Its end asks whoever depends on it; an undo would not, whoever presses it.
  const admin = await stage.addActor("admin", "Ada Admin");
  for (const actor of [stage.actor, admin]) {
    await expect(undoRun(actor, runId, RUN_HOOKS)).rejects.toMatchObject({ code: "runs.live", status: 409 });
    expect(await getRun(actor, runId)).toMatchObject({ may: { undo: false }, goesByDecommission: true });
  }
  const teammate = await stage.addActor("staff", "Terry Teammate");
  expect(await getRun(teammate, runId)).toMatchObject({ may: { undo: false }, goesByDecommission: false });
});

test("a stack that fails leaves the service failed; changed answers start it anew, and nothing of it is undone then", async () => {
  stackFails = true;
  const draft = await draftService();
  const first = await planAndStart(draft.id);
  expect(await untilState(first.runId, "finished")).toBe("failed");
  const state = async () => (await getService(stage.actor, first.serviceName)).state;
  expect(await state()).toBe("failed");

  await retryRun(stage.actor, first.runId, RUN_HOOKS);
  expect(await untilState(first.runId, "finished")).toBe("failed");
  expect(await state()).toBe("failed");

  stackFails = false;
  const { rev } = await getDraft(stage.actor, draft.id);
  await updateDraft(stage.actor, draft.id, {
    rev,
    answers: { placement: { image: "demo/web:2" }, watching: { monitored: false }, data: { filesFolder: false } },
  });
  const second = await planAndStart(draft.id);
  expect(second.runId).not.toBe(first.runId);
  expect(await untilState(second.runId, "finished")).toBe("succeeded");
  expect(await state()).toBe("live");

  for (const { runId } of [first, second])
    await expect(undoRun(stage.actor, runId, RUN_HOOKS)).rejects.toMatchObject({ code: "runs.live" });
});

test("undoing runs that failed half-way, the newest first, retires the service", async () => {
  stackFails = true;
  const draft = await draftService();
  const first = await planAndStart(draft.id);
  expect(await untilState(first.runId, "finished")).toBe("failed");
  const { rev } = await getDraft(stage.actor, draft.id);
  await updateDraft(stage.actor, draft.id, { rev, answers: { placement: { image: "demo/web:2" } } });
  const second = await planAndStart(draft.id);
  expect(await untilState(second.runId, "finished")).toBe("failed");
  stackFails = false;
  const state = async () => (await getService(stage.actor, first.serviceName)).state;

  await expect(undoRun(stage.actor, first.runId, RUN_HOOKS)).rejects.toMatchObject({ code: "runs.built_upon" });
  for (const runId of [second.runId, first.runId]) {
    expect(await state()).toBe("failed");
    expect(await getRun(stage.actor, runId)).toMatchObject({ may: { undo: true }, goesByDecommission: false });
    const undo = await undoRun(stage.actor, runId, RUN_HOOKS);
    expect(await untilState(undo.runId, "finished")).toBe("succeeded");
  }
  expect(await state()).toBe("retired");
  expect(await db().serviceClaim.count({ where: { serviceId: draft.id } })).toBe(0);
});
