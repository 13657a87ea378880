import { db } from "#lib/platform/db/client.ts";
import { readSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { type StoreInput, storeInput } from "../schema/steps.ts";
import { openBitwarden } from "../stores/open-stores.ts";

/** A secret in Bitwarden Secrets Manager, under the name it has everywhere else, with the newest value the panel keeps. */
export const secretsStore = defineStep({
  name: "secrets.store",
  queue: "provisioning",
  input: storeInput,
  plan: async ({ secretName }) => ({
    changes: [{ action: "create", kind: "Bitwarden secret", name: secretName }],
  }),
  apply: applyStore,
  verify: verifyStore,
  undo: undoStore,
  findLeft: findLeftStored,
});

async function applyStore({ secretName }: StoreInput, ctx: StepContext): Promise<{ externalId: string }> {
  const store = openBitwarden();
  const { version, value } = await readSecret(db(), secretName);
  ctx.redact(value.toString("utf8"));
  // Its own id is Bitwarden's to give: the name, which is the panel's, identifies it.
  const entry = { kind: KINDS.bitwarden, providerId: secretName, name: secretName };
  await ctx.ledger.plan(entry);
  await ctx.guard();
  const secret = { name: secretName, version, value, serviceName: ctx.service?.name ?? "" };
  const { externalId } = await store.put(secret, ctx.signal);
  await ctx.ledger.record({ ...entry, attributes: { id: externalId, version } });
  await ctx.write((tx) =>
    tx.secret.updateMany({ where: { name: secretName, version }, data: { store: "bitwarden", externalId } }),
  );
  ctx.log.info(`Bitwarden has version ${version} of ${secretName} (${externalId})`);
  return { externalId };
}

async function verifyStore({ secretName }: StoreInput, ctx: StepContext): Promise<VerifyResult> {
  const store = openBitwarden();
  const { version, value } = await readSecret(db(), secretName);
  const held = await store.read?.(secretName, ctx.signal);
  if (!held) return { ok: false, reason: `Bitwarden has no secret ${secretName}.` };
  return held.equals(value)
    ? { ok: true, reason: `Bitwarden has version ${version} of ${secretName}.` }
    : { ok: false, reason: `Bitwarden has another value of ${secretName} than the panel's version ${version}.` };
}

/** Asked of Bitwarden, whatever the ledger says. */
async function findLeftStored(
  { kind, providerId }: LedgerResource,
  _input: StoreInput,
  { service, signal }: StepContext,
): Promise<string | null> {
  if (kind !== KINDS.bitwarden) return null;
  const held = await openBitwarden().list(service?.name ?? "", signal);
  return held.some(({ name }) => name === providerId) ? `Bitwarden still has ${providerId}.` : null;
}

async function undoStore(resources: LedgerResource[], _input: StoreInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId } of resources) {
    if (kind !== KINDS.bitwarden) continue;
    const store = openBitwarden();
    const found = (await store.list(ctx.service?.name ?? "", ctx.signal)).find(({ name }) => name === providerId);
    if (found) {
      await ctx.guard();
      await store.remove(found.externalId, ctx.signal);
      ctx.log.info(`Removed ${providerId} from Bitwarden`);
    }
    await ctx.ledger.gone(kind, providerId);
  }
}
