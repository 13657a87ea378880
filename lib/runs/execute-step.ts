import { setTimeout as delay } from "node:timers/promises";
import { type Action, may, mayEver } from "#lib/access/policy.ts";
import { actorOfAccount } from "#lib/access/roles.ts";
import type { Actor } from "#lib/access/types.ts";
import { AppError, toAppError, toErrorRecord } from "#lib/platform/errors.ts";
import { Redactor, withRedactor } from "#lib/platform/redaction.ts";
import type { AnyStep, StepContext } from "#lib/steps/types.ts";
import { backoffMs } from "./backoff.ts";
import { NOT_ALLOWED } from "./constants.ts";
import { LeaseLost, RunCancelled, StepTimeout, WorkerStopping } from "./interrupts.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { createLogWriter } from "./log/log-writer.ts";
import type { LogBatch } from "./log/store-log.ts";
import { createStepContext } from "./step-context.ts";
import type { ClaimedStep } from "./store/claim.ts";
import type { Outcome } from "./store/complete.ts";

/** How long a step may take to notice that it was aborted before the engine goes on without it. */
const ABANDON_MS = 10_000;

const MAX_OUTPUT = 1024 * 1024;

/** What the requester must be allowed to do for a step of theirs to run. */
const ACTIONS = { apply: "services.provision", plan: "services.plan", undo: "runs.undo", verify: "runs.read" } as const;
/** Checklists that people may start who may not provision; for what of theirs, they were asked when they did. */
const CHECKLIST_ACTIONS: Readonly<Record<string, Action>> = {
  backup: "backups.take",
  restore: "backups.restore",
  "restore-swap": "backups.swap",
  swap: "backups.swap",
  "remove-kept": "backups.removeKept",
  "verify-backup": "backups.verify",
  "remove-backup": "backups.remove",
  "check-backup-target": "backupTargets.manage",
  "backup-orphan": "backupTargets.manage",
  certificate: "certificates.request",
  "renew-certificate": "certificates.renew",
  "revoke-certificate": "certificates.revoke",
  "preview-data-change": "dataChanges.carryOut",
  "data-change": "dataChanges.carryOut",
  "database-account": "readOnlyAccounts.manage",
  decommission: "services.decommission",
  "restore-test": "backups.verify",
  "rotate-secret": "secrets.rotate",
  move: "moves.start",
  "move-back": "moves.start",
  readiness: "readiness.look",
};
/** The same for taking away what such a run made. */
const UNDO_ACTIONS: Readonly<Record<string, Action>> = {
  restore: "backups.restore",
  "restore-swap": "backups.restore",
  swap: "backups.swap",
  backup: "backups.remove",
  "data-change": "runs.execute",
  deploy: "runs.execute",
  "database-account": "readOnlyAccounts.manage",
  provision: "services.decommission",
  "add-environment": "services.decommission",
  "rotate-secret": "runs.execute",
};
/** Does for everybody what the database says already: whoever asked for it was asked when they changed the database. */
const ENGINES_OWN: ReadonlySet<string> = new Set(["dns-sync"]);

export interface ExecuteParts {
  definition: AnyStep | undefined;
  controller: AbortController;
  leases: LeaseKeeper;
  storeLog(batch: LogBatch): Promise<boolean>;
}

function mayRun(actor: Actor, { mode, checklistKey }: ClaimedStep): boolean {
  if (actor.kind === "system") return may(actor, "runs.execute").ok;
  const own = { apply: CHECKLIST_ACTIONS, undo: UNDO_ACTIONS, plan: undefined, verify: undefined }[mode]?.[
    checklistKey
  ];
  return own ? mayEver(actor, own) : may(actor, ACTIONS[mode]).ok;
}

const requesterOf = (step: ClaimedStep, id: string) => ({
  id,
  displayName: step.requesterName ?? "",
  email: "",
  roles: step.requesterRoles ?? "",
  disabledAt: step.requesterDisabledAt,
});

/** Asks again, at the moment of acting, whether the person who wanted this run may have it. */
function assertRequesterMay(step: ClaimedStep): void {
  const actor: Actor =
    step.requestedById === null || (step.mode === "apply" && ENGINES_OWN.has(step.checklistKey))
      ? { kind: "system", name: "engine", requestId: `run-${step.runId}` }
      : actorOfAccount(requesterOf(step, step.requestedById), `run-${step.runId}`);
  if (mayRun(actor, step)) return;
  throw new AppError({
    code: NOT_ALLOWED,
    message: `${step.requesterName ?? "The person"} who asked for this run may no longer do it.`,
    advice: "Somebody who may can retry the run; it then goes on in their name.",
    retry: "needs_person",
  });
}

function parseInput(definition: AnyStep, input: unknown): void {
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return;
  const issue = parsed.error.issues[0];
  throw new AppError({
    code: "step.input",
    message: "The step was given an input it does not accept.",
    advice: "Make a new plan from the service's answers.",
    detail: issue ? `${issue.path.join(".")}: ${issue.message}` : "",
  });
}

/** Undoes a step and insists that nothing of it is left. */
async function undo(definition: AnyStep, step: ClaimedStep, ctx: StepContext): Promise<Outcome> {
  await definition.undo(await ctx.ledger.list(), step.input, ctx);
  const left = await ctx.ledger.list();
  if (left.length === 0) return { kind: "succeeded", output: null };
  throw new AppError({
    code: "undo.not_gone",
    message: `Not gone yet: ${left.map((resource) => `${resource.kind} ${resource.name}`).join(", ")}.`,
    retry: "retry",
  });
}

async function runVerb(definition: AnyStep, step: ClaimedStep, ctx: StepContext): Promise<Outcome> {
  switch (step.mode) {
    case "plan": {
      const { changes, pinned = {}, warnings = [] } = await definition.plan(step.input, ctx);
      return { kind: "succeeded", changes, output: { pinned, warnings } };
    }
    case "verify": {
      const result = await definition.verify(step.input, ctx);
      if (result.ok) return { kind: "succeeded", output: result };
      throw new AppError({ code: "verify.failed", message: result.reason });
    }
    case "undo":
      return undo(definition, step, ctx);
    case "apply":
      return { kind: "succeeded", output: (await definition.apply(step.input, ctx)) ?? null };
  }
}

/** Rejects when the signal aborts and the step does not end by itself soon after. */
async function abandoned(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await delay(signal.reason instanceof LeaseLost ? 0 : ABANDON_MS, undefined, { ref: false });
  throw signal.reason;
}

/** Refuses what could not be stored, before it stands in the way of storing that the step has ended. */
function storable(outcome: Outcome): Outcome {
  const length = JSON.stringify(outcome).length;
  if (length <= MAX_OUTPUT) return outcome;
  throw new AppError({
    code: "step.output",
    message: `The step gave back more than can be kept (${length} characters).`,
  });
}

/** What a failure means for the step: stop, try again later, or wait for a person. */
function judgeFailure(error: unknown, signal: AbortSignal, step: ClaimedStep, redactor: Redactor): Outcome {
  const cause: unknown = signal.aborted ? signal.reason : error;
  const appError = toAppError(cause);
  const record = toErrorRecord(appError, (text) => redactor.clean(text));
  if (cause instanceof RunCancelled) return { kind: "cancelled" };
  if (cause instanceof WorkerStopping) return { kind: "released", error: record };
  // Whoever reads a plan mends what it names and plans again: it waits for nobody.
  if (appError.retry === "needs_person")
    return { kind: step.mode === "plan" ? "failed" : "needs_person", error: record };
  if (appError.retry === "permanent" || step.attempts >= step.maxAttempts) return { kind: "failed", error: record };
  return { kind: "retry", error: record, delayMs: backoffMs(step.attempts, appError.retryAfterMs) };
}

/** Runs one attempt of a claimed step from beginning to end and says how it ended. Never throws. */
export async function executeStep(step: ClaimedStep, parts: ExecuteParts): Promise<Outcome> {
  const { definition, controller, leases } = parts;
  const redactor = new Redactor();
  const log = createLogWriter({
    stepId: step.id,
    token: step.token,
    attemptId: step.attemptId,
    runId: step.runId,
    redactor,
    store: parts.storeLog,
    onLost: () => controller.abort(new LeaseLost()),
  });
  let outcome: Outcome;
  let close = async (): Promise<void> => {};
  const timer = definition
    ? setTimeout(() => controller.abort(new StepTimeout(definition.timeoutMs)), definition.timeoutMs)
    : undefined;
  try {
    if (!definition)
      throw new AppError({ code: "step.unknown", message: `This worker has no step "${step.name}".`, retry: "retry" });
    assertRequesterMay(step);
    parseInput(definition, step.input);
    const context = await createStepContext({ step, controller, leases, redactor, log });
    close = context.close;
    const verb = withRedactor(redactor, () => runVerb(definition, step, context.ctx));
    const result = await Promise.race([verb, abandoned(controller.signal)]);
    outcome = storable(redactor.cleanDeep(result));
  } catch (error) {
    outcome = judgeFailure(error, controller.signal, step, redactor);
    if (outcome.kind !== "cancelled" && "error" in outcome) log.log.error(explainFailure(outcome));
  } finally {
    clearTimeout(timer);
  }
  await close();
  await log.close();
  return outcome;
}

function explainFailure(outcome: Extract<Outcome, { error: unknown }>): string {
  const { message, advice, detail } = outcome.error;
  const next = outcome.kind === "retry" ? `Trying again in ${Math.ceil(outcome.delayMs / 1000)} s.` : undefined;
  return [message, detail, advice, next].filter(Boolean).join("\n");
}
