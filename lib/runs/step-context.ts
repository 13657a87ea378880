import { db, type Tx } from "#lib/platform/db/client.ts";
import { sql, sqlOf } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import type { Redactor } from "#lib/platform/redaction.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { LeaseLost } from "./interrupts.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { createLedger } from "./ledger.ts";
import type { LogWriter } from "./log/log-writer.ts";
import { createProgress } from "./progress.ts";
import type { ClaimedStep } from "./store/claim.ts";
import { proveLease } from "./store/lease.ts";

/** Finds the step whose work an undo step takes away: the one of the same key in the run being undone. */
async function findOwnerStepId(step: ClaimedStep): Promise<number> {
  if (step.mode !== "undo" || step.undoesRunId === null) return step.id;
  const undone = await db().step.findUnique({
    where: { runId_key: { runId: step.undoesRunId, key: step.key } },
    select: { id: true },
  });
  return undone?.id ?? step.id;
}

export interface ContextParts {
  step: ClaimedStep;
  controller: AbortController;
  leases: LeaseKeeper;
  redactor: Redactor;
  log: LogWriter;
}

/** Builds what a step's verbs get, and what ends with them. */
export async function createStepContext({ step, controller, leases, redactor, log }: ContextParts) {
  const lose = (): never => {
    if (!controller.signal.aborted) controller.abort(new LeaseLost());
    throw new LeaseLost();
  };
  const write = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    transaction(async (tx) => {
      if (!(await proveLease(sqlOf(tx), step))) lose();
      return work(tx);
    });
  const progress = createProgress(step, redactor);
  let checkpoint = step.checkpoint;
  const ledger = createLedger(
    { stepId: await findOwnerStepId(step), stepName: step.name, serviceId: step.serviceId },
    write,
  );
  const ctx: StepContext = {
    run: { id: step.runId, title: step.runTitle, mode: step.mode, requestedById: step.requestedById },
    step: { id: step.id, key: step.key, title: step.title },
    attempt: { id: step.attemptId, number: step.token },
    service: step.serviceId && step.serviceName ? { id: step.serviceId, name: step.serviceName } : null,
    environment: step.environment,
    signal: controller.signal,
    log: log.log,
    output: (stepKey) => step.outputs.get(stepKey),
    guard: () => leases.guard(step),
    write,
    progress: progress.show,
    redact: (secret) => redactor.add(secret),
    ledger,
    checkpoint: {
      get: <T>() => (checkpoint ?? undefined) as T | undefined,
      set: async (value) => {
        const stored = value === undefined || value === null ? null : JSON.stringify(value);
        const matched = await sql.run(
          "UPDATE Step SET checkpoint = ? WHERE id = ? AND leaseToken = ? AND state = 'running'",
          [stored, step.id, step.token],
        );
        if (matched === 0) lose();
        checkpoint = stored === null ? undefined : (JSON.parse(stored) as unknown);
      },
    },
  };
  return { ctx, close: progress.close };
}
