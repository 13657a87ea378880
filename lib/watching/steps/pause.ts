import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { quietWindow } from "../commands/quiet-window.ts";
import { openMaintenance } from "../maintenance/open-window.ts";
import { listOutside } from "../queries/read-window.ts";
import { pauseInputSchema } from "../schema.ts";

/** A monitor that cannot be told keeps nobody from working: after so many tries it goes on. */
const TRIES = 3;
const LOCK_WAIT_MS = 20_000;

const nameAll = (monitors: readonly { system: string; name: string }[]) =>
  monitors.map(({ system, name }) => `${system}: ${name}`).join(", ");

const list = ({ service, environment }: StepContext) => (service ? listOutside(service.id, environment) : []);

/** Quiet from here to the end of the run: to its success, its failure, its cancellation, its death, or so many minutes. */
export const watchingPause = defineStep({
  name: "watching.pause",
  queue: "notifications",
  input: pauseInputSchema,
  maxAttempts: 5,
  timeoutMs: 120_000,

  async plan({ minutes }, ctx) {
    const monitors = await list(ctx);
    return {
      changes: monitors.map(({ system, name }) => ({
        ...{ action: "change" as const, kind: "monitor", name: `${system}: ${name}` },
        detail: `paused while this runs, at most ${minutes} minutes`,
      })),
    };
  },

  async apply({ minutes, reason }, ctx) {
    const { service, environment, run } = ctx;
    if (!service) return { monitors: [] };
    const windowId = await ctx.write((tx) =>
      openMaintenance(tx, {
        ...{ serviceId: service.id, environment, runId: run.id, openedById: run.requestedById },
        ...{ reason: reason ?? run.title, minutes },
      }),
    );
    const options = { write: ctx.write, waitMs: LOCK_WAIT_MS };
    const result = await quietWindow(windowId, { signal: ctx.signal, guard: ctx.guard }, options);
    const refusals = result ? result.refusals : ["Somebody else is pausing or resuming its monitors."];
    if (refusals.length > 0 && ctx.attempt.number < TRIES) throw refused(refusals);
    for (const words of refusals) ctx.log.warn(`${words} It goes on: an alert may come meanwhile`);
    const monitors = result?.monitors ?? [];
    ctx.log.info(monitors.length === 0 ? "It has no monitors to pause" : `Paused ${nameAll(monitors)}`);
    return { monitors: monitors.map(({ system, name }) => `${system}: ${name}`) };
  },

  async verify(_input, ctx) {
    return { ok: true, reason: `Monitors are quiet only while a run is at work (${ctx.run.title}).` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("The monitors were resumed when the run ended");
  },
});

const refused = (words: readonly string[]) =>
  new AppError({
    code: "watching.not_paused",
    message: words.join(" "),
    advice: "The panel tries again, and goes on without if it must.",
    retry: "retry",
  });
