import { sendPing } from "#lib/integrations/healthchecks/ping.ts";
import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { pingSecretName } from "../queries/find-policy.ts";
import { pingInputSchema } from "../schema/steps.ts";

const MAX_ATTEMPTS = 5;

/** Tells a watcher outside how a backup goes. A watcher that does not listen never makes a backup fail. */
export const backupsPing = defineStep({
  name: "backups.ping",
  queue: "notifications",
  input: pingInputSchema,
  maxAttempts: MAX_ATTEMPTS,
  timeoutMs: 60_000,

  async plan({ says }) {
    return { changes: [{ action: "create", kind: "ping", name: says }] };
  },

  async apply({ policyId, says }, ctx) {
    const secret = await findSecret(db(), pingSecretName(policyId));
    if (!secret) {
      ctx.log.info("The policy has no watcher's address any more");
      return { told: false };
    }
    const address = secret.value.toString("utf8");
    ctx.redact(address);
    try {
      await ctx.guard();
      await sendPing(address, says, ctx.signal);
    } catch (thrown) {
      ctx.signal.throwIfAborted();
      const error = toAppError(thrown);
      if (error.retry === "retry" && ctx.attempt.number < MAX_ATTEMPTS) throw error;
      ctx.log.warn(`The watcher was not told: ${error.message}`);
      return { told: false };
    }
    ctx.log.info(`The watcher was told: ${says}`);
    return { told: true };
  },

  async verify() {
    return { ok: true, reason: "What a watcher was told is the watcher's." };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("What a watcher was told cannot be taken back");
  },
});
