import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { settlePlace } from "../commands/settle-place.ts";
import { readPlacement } from "../queries/read-placement.ts";
import { type SettleInput, settleInput } from "../schema/steps.ts";

/** Written down in the panel itself: the next release, and a change of the answers, go to where it runs now. */
export const movesSettle = defineStep({
  name: "moves.settle",
  queue: "provisioning",
  input: settleInput,
  plan: async ({ placement }) => ({
    changes: [{ action: "change", kind: "settings", name: nameHost(placement), detail: "where it runs" }],
  }),
  apply: applySettle,
  verify: verifySettle,
  undo: async () => {},
});

const nameHost = (placement: Record<string, string>) => placement.hostname ?? placement.nodeLabel ?? "any host";

async function applySettle({ placement }: SettleInput, ctx: StepContext): Promise<void> {
  const { service, environment } = ctx;
  if (!service || !environment) return;
  await ctx.write((tx) =>
    settlePlace(tx, { serviceId: service.id, environment, placement, runId: ctx.run.id, byId: ctx.run.requestedById }),
  );
  ctx.log.info(`From now on its releases go to ${nameHost(placement)}`);
}

async function verifySettle({ placement }: SettleInput, ctx: StepContext): Promise<VerifyResult> {
  const { service, environment } = ctx;
  const present = service && environment ? await readPlacement(service.id, environment) : null;
  return present && nameHost(present) === nameHost(placement)
    ? { ok: true, reason: `Its releases go to ${nameHost(placement)}.` }
    : {
        ok: false,
        reason: `Its releases go to ${present ? nameHost(present) : "nowhere"}, not to ${nameHost(placement)}.`,
      };
}
