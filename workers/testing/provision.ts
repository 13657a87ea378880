import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { db } from "#lib/platform/db/client.ts";
import { sql } from "#lib/platform/db/sql.ts";
import { confirmStep } from "#lib/runs/commands/confirm-step.ts";
import { undoRun } from "#lib/runs/commands/undo-run.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import { PATIENCE_MS, type TestActor, until, untilState } from "#lib/runs/testing/stage.ts";
import type { RunState } from "#lib/runs/types.ts";
import { createDraft } from "#lib/services/commands/create-draft.ts";
import { planService } from "#lib/services/commands/plan-service.ts";
import { startProvisioning } from "#lib/services/commands/start-provisioning.ts";
import { updateDraft } from "#lib/services/commands/update-draft.ts";
import { startWorker } from "./worker-process.ts";

type AnswersByGroup = Record<string, Record<string, unknown>>;

/** A finished draft of its own name: a web service with MariaDB, a folder, two public names, a certificate and a backup. */
export async function draftService(actor: TestActor, image: string, answers: AnswersByGroup = {}) {
  const name = `prov-${randomBytes(4).toString("hex")}`;
  const draft = await createDraft(actor);
  await updateDraft(actor, draft.id, {
    rev: draft.rev,
    answers: {
      ...answers,
      identity: { name, purpose: "Shared notes", ...answers.identity },
      placement: { image, memoryMb: 64, ...answers.placement },
      data: { database: "mariadb", filesFolder: true, ...answers.data },
    },
  });
  return { draftId: draft.id, name };
}

export async function planDraft(actor: TestActor, draftId: string) {
  const { runId } = await planService(actor, draftId);
  return { planRunId: runId, state: await untilState(runId, "finished") };
}

export async function provision(actor: TestActor, image: string, answers?: AnswersByGroup) {
  const draft = await draftService(actor, image, answers);
  const { planRunId, state } = await planDraft(actor, draft.draftId);
  if (state !== "succeeded") throw new Error(`the plan ${state}: ${await describeSteps(planRunId)}`);
  return { ...draft, ...(await startProvisioning(actor, draft.draftId, { planRunId })) };
}

/** Confirms the manual items as they come until the run is over. The panel's database may be away meanwhile. */
export async function untilDone(actor: TestActor, runId: number): Promise<RunState> {
  try {
    return await until(`run ${runId} to finish`, () => confirmAndLook(actor, runId).catch(() => undefined));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}: ${await describeSteps(runId)}`);
  }
}

async function confirmAndLook(actor: TestActor, runId: number): Promise<RunState | undefined> {
  const waiting = await db().step.findMany({ where: { runId, state: "needs_person" }, select: { id: true } });
  for (const { id } of waiting) await confirmStep(actor, id, { note: "Done by hand." }, RUN_HOOKS);
  const { state } = await db().run.findUniqueOrThrow({ where: { id: runId }, select: { state: true } });
  await delay(50);
  return isFinished(state as RunState) ? (state as RunState) : undefined;
}

export async function describeSteps(runId: number): Promise<string> {
  const steps = await db().step.findMany({
    where: { runId, state: { not: "skipped" } },
    orderBy: { position: "asc" },
    include: { attemptLog: { include: { logs: true } } },
  });
  const told = steps.map(({ key, state, attempts, error }) => JSON.stringify([key, state, attempts, error]));
  const unfinished = steps.filter(({ state }) => state === "running" || state === "failed" || state === "ready");
  const logs = unfinished.flatMap(({ key, attemptLog }) =>
    attemptLog.map(
      ({ number, state, logs }) => `${key} #${number} ${state}\n${logs.map(({ body }) => body).join("\n")}`,
    ),
  );
  return [...told, ...logs].join("\n");
}

/** Takes away all that a run made, as if it had failed at its very end: a live service goes by its decommission alone. */
export async function undo(actor: TestActor, runId: number): Promise<RunState> {
  const { serviceId } = await db().run.findUniqueOrThrow({ where: { id: runId } });
  await db().service.updateMany({ where: { id: serviceId ?? "" }, data: { state: "failed" } });
  const undone = await undoRun(actor, runId, RUN_HOOKS);
  return untilDone(actor, undone.runId);
}

/** Resolves once this step runs (or has run, when it was too quick to be seen). */
export async function untilStepRuns(runId: number, key: string): Promise<void> {
  await until(`step ${key} to run`, async () => {
    const step = await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } });
    return step.state === "running" || step.state === "succeeded";
  });
}

/**
 * Kills the worker once for each automated step, at a random moment within it, and starts another each time. Returns how
 * many workers each step lost; steps beside each other lose the same one. `isMeant`: only within these steps.
 */
export async function killInEveryStep(
  actor: TestActor,
  runId: number,
  isMeant: (key: string) => boolean = () => true,
): Promise<Map<string, number>> {
  const lost = new Map<string, number>();
  const steps = await db().step.findMany({ where: { runId, name: { not: "manual" }, state: { not: "skipped" } } });
  let worker = await startWorker();
  const meant = steps.filter(({ key }) => isMeant(key));
  for (let waiting = new Set(meant.map((step) => step.id)); waiting.size > 0; ) {
    const chosen = await untilOneRuns(actor, runId, waiting);
    if (!chosen) break;
    await delay(Math.random() * (LENGTHS_MS[chosen.name] ?? 0));
    await worker.kill();
    waiting.delete(chosen.id);
    const caught = await sql.rows<{ id: number; key: string }>(
      "SELECT id, `key` FROM Step WHERE runId = ? AND state = 'running'",
      [runId],
    );
    for (const { key } of caught) lost.set(key, (lost.get(key) ?? 0) + 1);
    // The worker is dead for certain: its leases need not be waited for.
    await sql.run("UPDATE Step SET leaseUntil = UTC_TIMESTAMP(3) WHERE runId = ? AND state = 'running'", [runId]);
    worker = await startWorker();
  }
  return lost;
}

/** Well within what a step takes on a quick machine, so that it is hit for certain; the shortest die as soon as they are seen. */
const LENGTHS_MS: Record<string, number> = {
  "swarm.stack": 1_800,
  "dns.record": 250,
  "certificates.issue": 600,
  "ingress.route": 100,
  "backups.take": 300,
  "backups.verify": 600,
  "resources.take-away": 400,
  "services.archive-folder": 60,
};

async function untilOneRuns(actor: TestActor, runId: number, waiting: ReadonlySet<number>) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(4)) {
    const running = await sql.rows<{ id: number; key: string; name: string }>(
      "SELECT id, `key`, name FROM Step WHERE runId = ? AND state = 'running'",
      [runId],
    );
    // The quickest first: the others will still be there.
    const [quickest] = running
      .filter(({ id }) => waiting.has(id))
      .sort((a, b) => (LENGTHS_MS[a.name] ?? 0) - (LENGTHS_MS[b.name] ?? 0));
    if (quickest) return quickest;
    if (await confirmOne(actor, runId)) continue;
    const left = await db().step.count({ where: { id: { in: [...waiting] }, state: { not: "succeeded" } } });
    if (left === 0) return null;
  }
  throw new Error(`no step came to run: ${await describeSteps(runId)}`);
}

async function confirmOne(actor: TestActor, runId: number): Promise<boolean> {
  const step = await db().step.findFirst({ where: { runId, state: "needs_person" }, select: { id: true } });
  if (step) await confirmStep(actor, step.id, { note: "Done by hand." }, RUN_HOOKS);
  return step !== null;
}
