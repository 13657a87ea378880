import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import { findStepName } from "#lib/steps/names.ts";
import { orderSteps } from "../graph.ts";
import { addOutboxRow } from "../outbox.ts";
import type { CompiledStep, RunMode, StepState } from "../types.ts";

export interface CreateRunInput {
  mode: RunMode;
  /** `templateVersion`: the published arrangement it was compiled with; left out: as the panel brings it. */
  checklist: { key: string; version: number; templateVersion?: number | null };
  title: string;
  serviceId: string | null;
  environment: string | null;
  draftId?: string | null;
  undoesRunId?: number | null;
  /** Two starts with one key are one run. */
  startKey: string;
  /** Held while the run is active; a second run that wants it is refused. */
  exclusiveKey?: string | null;
  planHash?: Uint8Array<ArrayBuffer> | null;
  steps: readonly CompiledStep[];
}

export interface CreatedRun {
  runId: number;
  /** False: a run with this startKey was there already. */
  created: boolean;
}

const DAY_MS = 86_400_000;

async function findByStartKey(tx: Tx, startKey: string): Promise<CreatedRun | null> {
  const run = await tx.run.findUnique({ where: { startKey }, select: { id: true } });
  return run ? { runId: run.id, created: false } : null;
}

/** The error for a run that must wait until another one of the same service is done. */
export async function refuseBusy(tx: Tx, exclusiveKey: string): Promise<AppError> {
  const other = await tx.run.findUnique({ where: { exclusiveKey }, select: { id: true, title: true } });
  return conflict(
    "run.active",
    other ? `Run ${other.id} (${other.title}) is still at work here.` : "Another run is still at work here.",
    "Wait until it has finished, or cancel it.",
  );
}

/**
 * What a step is when its run begins. A plan or a verification asks every step at once, in no order, and has nothing to ask a
 * person; otherwise a step waits for its dependencies, of which skipped ones are done from the start.
 */
function beginState(step: CompiledStep, mode: RunMode, pendingDeps: number): StepState {
  const manual = step.name === "manual";
  if (step.skipReason !== undefined) return "skipped";
  if (mode !== "apply" && manual) return "succeeded";
  if (pendingDeps > 0) return "blocked";
  return manual ? "needs_person" : "ready";
}

/**
 * Writes a run with everything it needs in the caller's transaction: steps, edges, audit event, outbox row. Afterwards, when
 * the transaction has committed, call `ringRun`. The caller has asked whether the actor may.
 */
export async function createRun(tx: Tx, actor: Actor, input: CreateRunInput): Promise<CreatedRun> {
  const existing = await findByStartKey(tx, input.startKey);
  if (existing) return existing;
  if (input.steps.length === 0)
    throw new AppError({
      code: "runs.empty",
      message: "There is nothing to do: the checklist has no steps.",
      status: 422,
    });
  const ordered = orderSteps(input.steps);
  const inOrder = input.mode === "apply" || input.mode === "undo";
  const skipped = new Set(ordered.filter((step) => step.skipReason !== undefined).map((step) => step.key));
  const rows = ordered.map((step, position) => {
    const pendingDeps = inOrder ? new Set(step.dependsOn.filter((key) => !skipped.has(key))).size : 0;
    const state = beginState(step, input.mode, pendingDeps);
    const { queue, maxAttempts } = findStepName(step.name);
    const now = new Date();
    return {
      key: step.key,
      position,
      name: step.name,
      title: step.title,
      queue,
      input: step.input as Prisma.InputJsonObject,
      state,
      skipReason: step.skipReason ?? null,
      pendingDeps,
      maxAttempts,
      role: step.role ?? null,
      instructions: step.instructions ?? null,
      evidenceKind: step.evidence ?? null,
      estimateMin: step.estimateMinutes ?? null,
      dueDays: step.dueDays ?? null,
      dueBy:
        step.dueDays === undefined || input.mode !== "apply" || state === "skipped"
          ? null
          : new Date(now.getTime() + step.dueDays * DAY_MS),
      confirmById: step.confirmById ?? null,
      ...(input.mode !== "apply" && step.name === "manual" ? { changes: [] } : {}),
      ...(state === "ready" || state === "needs_person" ? { readyAt: now } : {}),
      ...(state === "succeeded" ? { finishedAt: now } : {}),
    };
  });

  let runId: number;
  try {
    const run = await tx.run.create({
      data: {
        mode: input.mode,
        checklistKey: input.checklist.key,
        checklistVersion: input.checklist.version,
        templateVersion: input.checklist.templateVersion ?? null,
        title: input.title,
        serviceId: input.serviceId,
        environment: input.environment,
        draftId: input.draftId ?? null,
        undoesRunId: input.undoesRunId ?? null,
        // A run of nothing but a person's work waits from the start.
        state:
          rows.every((row) => row.state !== "ready") && rows.some((row) => row.state === "needs_person")
            ? "waiting"
            : "pending",
        startKey: input.startKey,
        exclusiveKey: input.exclusiveKey ?? null,
        exclusiveName: input.exclusiveKey ?? null,
        planHash: input.planHash ?? null,
        requestedById: actor.kind === "user" ? actor.id : null,
        stepsTotal: rows.length,
        stepsDone: rows.filter((row) => row.state === "skipped" || row.state === "succeeded").length,
      },
      select: { id: true },
    });
    runId = run.id;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Somebody pressed at the same moment: theirs is the run.
    const theirs = await findByStartKey(tx, input.startKey);
    if (theirs) return theirs;
    if (input.exclusiveKey) throw await refuseBusy(tx, input.exclusiveKey);
    throw error;
  }

  await tx.step.createMany({ data: rows.map((row) => ({ ...row, runId })) });
  const ids = new Map(
    (await tx.step.findMany({ where: { runId }, select: { id: true, key: true } })).map((step) => [step.key, step.id]),
  );
  const edges = ordered.flatMap((step) =>
    [...new Set(step.dependsOn)].map((key) => ({ fromId: ids.get(key) ?? 0, toId: ids.get(step.key) ?? 0 })),
  );
  if (edges.length > 0) await tx.stepEdge.createMany({ data: edges });
  await recordAudit(tx, actor, {
    action: `runs.start.${input.mode}`,
    subjectType: "run",
    subjectId: runId,
    detail: { title: input.title, checklist: input.checklist.key, serviceId: input.serviceId, steps: rows.length },
  });
  await addOutboxRow(tx, runId);
  return { runId, created: true };
}
