import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { endWindow } from "../commands/end-window.ts";
import { closeMaintenance } from "../maintenance/close-window.ts";
import { listOpenOf } from "../queries/read-window.ts";
import { resumeInputSchema } from "../schema.ts";

/** A worker goes on trying after that, and tells the owner. */
const TRIES = 3;
const LOCK_WAIT_MS = 20_000;

/** Resumes what this run has paused. When the run does not come to it, its end does the same. */
export const watchingResume = defineStep({
  name: "watching.resume",
  queue: "notifications",
  input: resumeInputSchema,
  maxAttempts: 5,
  timeoutMs: 120_000,

  async plan() {
    return { changes: [] };
  },

  async apply(_input, ctx) {
    await ctx.write((tx) => closeMaintenance(tx, { runId: ctx.run.id }));
    const refusals: string[] = [];
    for (const windowId of await listOpenOf(ctx.run.id)) {
      const caller = { signal: ctx.signal, guard: ctx.guard };
      const result = await endWindow(windowId, caller, { write: ctx.write, waitMs: LOCK_WAIT_MS });
      refusals.push(...(result?.refusals ?? []));
      for (const { system, name } of result?.resumed ?? []) ctx.log.info(`Resumed ${system}: ${name}`);
    }
    const left = await listOpenOf(ctx.run.id);
    if (left.length === 0) return { resumed: true };
    if (ctx.attempt.number < TRIES)
      throw new AppError({
        code: "watching.not_resumed",
        message: refusals.join(" ") || "Somebody else is resuming its monitors.",
        advice: "The panel tries again until they are.",
        retry: "retry",
      });
    for (const words of refusals) ctx.log.warn(`${words} A worker goes on trying, and tells the owner`);
    return { resumed: false };
  },

  async verify(_input, ctx) {
    const open = await listOpenOf(ctx.run.id);
    return open.length === 0
      ? { ok: true, reason: "Nothing that this run has paused is still quiet." }
      : { ok: false, reason: "What this run has paused is still quiet." };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("There is nothing to take back");
  },
});
