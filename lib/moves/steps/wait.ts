import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { formatSpan } from "#lib/platform/format.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { waitInput } from "../schema/steps.ts";

const LOOK_MS = 1_000;

/** Until every resolver that had asked before the TTL was lowered has forgotten the answer. Another try goes on with the same end. */
export const movesWait = defineStep({
  name: "moves.wait",
  queue: "provisioning",
  input: waitInput,
  timeoutMs: 8 * 24 * 60 * 60_000,
  plan: async ({ seconds }) => ({ changes: [{ action: "check", kind: "wait", name: `${seconds} s` }] }),
  apply: applyWait,
  verify: async () => ({ ok: true, reason: "The time is over." }),
  undo: async () => {},
});

async function applyWait({ seconds }: z.output<typeof waitInput>, ctx: StepContext): Promise<{ until: string }> {
  const known = ctx.checkpoint.get<{ until: string }>();
  const until = known?.until ?? new Date(Date.now() + seconds * 1000).toISOString();
  if (!known) await ctx.checkpoint.set({ until });
  ctx.log.info(`Until ${until} somebody may still go by the old answer`);
  for (let left = Date.parse(until) - Date.now(); left > 0; left = Date.parse(until) - Date.now()) {
    ctx.progress(`${formatSpan(left)} left`, seconds * 1000 - left, seconds * 1000);
    await delay(Math.min(LOOK_MS, left), undefined, { signal: ctx.signal });
  }
  return { until };
}
