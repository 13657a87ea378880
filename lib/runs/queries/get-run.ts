import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { QueueName } from "#lib/platform/config/settings.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { type ErrorRecord, notFound } from "#lib/platform/errors.ts";
import type { PlannedChange } from "#lib/steps/types.ts";
import { isOfLiveService } from "../commands/refuse-overtaken.ts";
import { mayConfirm } from "../may-confirm.ts";
import { mayHandle } from "../own-run.ts";
import { isFinished } from "../run-state.ts";
import type { AttemptView, RunState, RunView, StepState, StepView } from "../types.ts";
import { EVIDENCE, type ItemScope, peopleOf, toItem } from "./item-view.ts";
import { manualTimes } from "./manual-times.ts";
import { medians } from "./medians.ts";
import { SUMMARY, toIso, toSummary } from "./run-summary.ts";

const STEPS = {
  orderBy: { position: "asc" },
  include: {
    waitsFor: { select: { from: { select: { key: true } } } },
    attemptLog: { orderBy: { number: "asc" } },
    resources: {
      orderBy: { createdAt: "asc" },
      select: { id: true, kind: true, name: true, providerId: true, state: true },
    },
    evidence: EVIDENCE,
  },
} as const satisfies Prisma.Run$stepsArgs;

type StepRow = Prisma.StepGetPayload<{ include: (typeof STEPS)["include"] }>;

const toAttempt = (row: StepRow["attemptLog"][number]): AttemptView => ({
  id: row.id,
  number: row.number,
  state: row.state as AttemptView["state"],
  readyAt: row.readyAt.toISOString(),
  startedAt: row.startedAt.toISOString(),
  finishedAt: toIso(row.finishedAt),
  lines: row.lines,
  error: row.error as ErrorRecord | null,
});

function readWarnings(output: Prisma.JsonValue): string[] {
  if (typeof output !== "object" || output === null || Array.isArray(output)) return [];
  const { warnings } = output;
  return Array.isArray(warnings) ? warnings.filter((one) => typeof one === "string") : [];
}

function toStep(row: StepRow, scope: ItemScope, usual: Map<string, number | null>): StepView {
  const { actor, names } = scope;
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    title: row.title,
    queue: row.queue as QueueName,
    position: row.position,
    state: row.state as StepState,
    skipReason: row.skipReason,
    dependsOn: row.waitsFor.map((edge) => edge.from.key),
    readyAt: toIso(row.readyAt),
    startedAt: toIso(row.startedAt),
    finishedAt: toIso(row.finishedAt),
    dueAt: row.state === "ready" ? toIso(row.dueAt) : null,
    maxAttempts: row.maxAttempts,
    progress: row.progress as StepView["progress"],
    changes: row.changes as PlannedChange[] | null,
    warnings: scope.run.mode === "plan" ? readWarnings(row.output) : [],
    output: row.output,
    error: row.error as ErrorRecord | null,
    role: row.role,
    mayConfirm: row.name === "manual" && mayConfirm(actor, row),
    confirmedBy: row.confirmedById ? { id: row.confirmedById, name: names.get(row.confirmedById) ?? "" } : null,
    note: row.note,
    attempts: row.attemptLog.map(toAttempt),
    resources: row.resources as StepView["resources"],
    usualMs: usual.get(row.name) ?? null,
    item: toItem(row, scope),
  };
}

/** What the reader may do with the run as it is now. */
function readMay(
  actor: Actor,
  { state, mode }: { state: RunState; mode: string },
  steps: readonly StepView[],
  {
    cancelled,
    undone,
    mayRetry,
    mayCancel,
    mayUndo,
  }: { cancelled: boolean; undone: boolean; mayRetry: boolean; mayCancel: boolean; mayUndo: boolean },
) {
  const failed = steps.some(
    (step) => step.state === "failed" || (step.state === "needs_person" && step.name !== "manual"),
  );
  const left = steps.some((step) => step.resources.some((resource) => resource.state !== "gone"));
  return {
    retry: mayRetry && failed && !cancelled && !undone,
    cancel: mayCancel && (!isFinished(state) || state === "failed") && !cancelled,
    undo: mayUndo && mode === "apply" && isFinished(state) && left,
    confirm: may(actor, "runs.confirmStep").ok,
  };
}

/** A run with all that its page shows. */
export async function getRun(actor: Actor, runId: number): Promise<RunView> {
  authorize(actor, "runs.read");
  const row = await db().run.findUnique({
    where: { id: runId },
    select: {
      ...SUMMARY,
      checklistKey: true,
      checklistVersion: true,
      draftId: true,
      undoesRunId: true,
      cancelRequestedAt: true,
      cancelledById: true,
      version: true,
      steps: STEPS,
    },
  });
  if (!row) throw notFound("run");
  const people = [...(row.cancelledById ? [row.cancelledById] : []), ...row.steps.flatMap(peopleOf)];
  const about = {
    checklistKey: row.checklistKey,
    serviceId: row.service?.id ?? null,
    requestedById: row.requestedBy?.id ?? null,
    mode: row.mode,
  };
  const [users, usual, usualByHand, undo, mayRetry, mayCancel, mayUndo, isLive] = await Promise.all([
    people.length > 0
      ? db().user.findMany({ where: { id: { in: [...new Set(people)] } }, select: { id: true, displayName: true } })
      : Promise.resolve([]),
    medians(
      row.steps.filter((step) => step.name !== "manual").map((step) => step.name),
      // A plan tells how long the real thing takes.
      row.mode === "plan" ? "apply" : toSummary(row).mode,
    ),
    row.steps.some((step) => step.name === "manual") ? manualTimes(row.checklistKey) : new Map<string, number>(),
    row.mode === "apply"
      ? db().run.findFirst({ where: { undoesRunId: runId }, orderBy: { id: "desc" }, select: { id: true } })
      : Promise.resolve(null),
    mayHandle(db(), actor, "retry", about),
    mayHandle(db(), actor, "cancel", about),
    mayHandle(db(), actor, "undo", about),
    isOfLiveService(db(), about),
  ]);
  const names = new Map(users.map((user) => [user.id, user.displayName]));
  const scope = { actor, names, usual: usualByHand, run: { mode: row.mode, requestedById: about.requestedById } };
  const steps = row.steps.map((step) => toStep(step, scope, usual));
  const summary = toSummary(row);
  const may = readMay(actor, summary, steps, {
    ...{ cancelled: row.cancelRequestedAt !== null, undone: undo !== null },
    ...{ mayRetry, mayCancel, mayUndo },
  });
  return {
    ...summary,
    checklistKey: row.checklistKey,
    checklistVersion: row.checklistVersion,
    draftId: row.draftId,
    undoesRunId: row.undoesRunId,
    undoneByRunId: undo?.id ?? null,
    cancelRequestedAt: toIso(row.cancelRequestedAt),
    cancelledBy: row.cancelledById ? { id: row.cancelledById, name: names.get(row.cancelledById) ?? "" } : null,
    version: row.version,
    steps,
    may: { ...may, undo: may.undo && !isLive },
    goesByDecommission: may.undo && isLive,
  };
}
