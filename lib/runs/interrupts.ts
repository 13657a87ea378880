import { AppError } from "#lib/platform/errors.ts";

/** Reasons to stop an attempt from outside. They abort ctx.signal, and ctx.guard() throws them. */

export class LeaseLost extends AppError {
  constructor() {
    super({
      code: "worker.lease_lost",
      message: "Another worker has taken this step over, because this one did not answer for too long.",
      retry: "retry",
    });
  }
}

export class RunCancelled extends AppError {
  constructor() {
    super({ code: "runs.cancelled", message: "The run was cancelled." });
  }
}

export class WorkerStopping extends AppError {
  constructor() {
    super({ code: "worker.stopping", message: "The worker was stopped; another one goes on.", retry: "retry" });
  }
}

export class StepTimeout extends AppError {
  constructor(timeoutMs: number) {
    super({
      code: "step.timeout",
      message: `The step took longer than ${Math.round(timeoutMs / 1000)} seconds and was stopped.`,
      advice: "Look in its log for what it was waiting for.",
      retry: "retry",
    });
  }
}
