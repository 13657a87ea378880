import { db } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { storeVersion } from "#lib/secrets/commands.ts";
import { findSecret, readSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type RenewInput, renewInput } from "../schema/steps.ts";

/** A secret's next version in the panel's own store, made up there unless a person gave it. */
export const secretsRenew = defineStep({
  name: "secrets.renew",
  queue: "provisioning",
  input: renewInput,
  plan: async ({ secretName, version }) => {
    const present = await findSecret(db(), secretName, version);
    const detail = `version ${version}, ${present ? "as it was entered" : "made up, 190 bits"}`;
    return { changes: [{ action: present ? "keep" : "create", kind: "secret", name: secretName, detail }] };
  },
  apply: applyRenew,
  verify: async ({ secretName, version }) => {
    const newest = await findSecret(db(), secretName);
    return newest && newest.version >= version
      ? { ok: true, reason: `The panel keeps version ${newest.version} of ${secretName}.` }
      : { ok: false, reason: `The panel has no version ${version} of ${secretName}.` };
  },
  // What uses it may have it already; the next rotation takes its place.
  undo: async () => {},
});

async function applyRenew({ secretName, version }: RenewInput, ctx: StepContext): Promise<{ version: number }> {
  const present = await findSecret(db(), secretName, version);
  const secret =
    present ??
    (await ctx
      .write((tx) => storeVersion(tx, { name: secretName, serviceId: ctx.service?.id ?? null }, version))
      .catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
        return readSecret(db(), secretName, version);
      }));
  ctx.redact(secret.value.toString("utf8"));
  ctx.log.info(
    present
      ? `Version ${version} of ${secretName} is kept`
      : `Made up version ${version} of ${secretName} and stored it encrypted`,
  );
  return { version };
}
