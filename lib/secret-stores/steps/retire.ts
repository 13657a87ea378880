import { listServices } from "#lib/integrations/docker/services.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { retireVersions } from "#lib/secrets/commands.ts";
import { listVersions } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { databaseServiceName, KINDS } from "#lib/swarm/names.ts";
import { listReferences } from "../rotation/change-spec.ts";
import { type RetireInput, retireInput } from "../schema/steps.ts";
import { openStores } from "../stores/open-stores.ts";
import { swarmStore } from "../stores/swarm.ts";
import type { SecretStore, StoreEntry } from "../types.ts";

/** Versions before the new one are taken away: out of the panel and out of every store. */
export const secretsRetire = defineStep({
  name: "secrets.retire",
  queue: "releases",
  input: retireInput,
  plan: async ({ secretName, version }) => ({
    changes: [{ action: "remove", kind: "secret", name: secretName, detail: `every version before ${version}` }],
  }),
  apply: applyRetire,
  verify: verifyRetire,
  undo: undoRetire,
});

interface RetireOutput {
  /** How many versions of it the panel forgot. */
  forgotten: number;
  /** What stays in the swarm until the database is next restarted. */
  kept: string[];
}

const listOld = async (store: SecretStore, { secretName, version, serviceName }: RetireInput, ctx: StepContext) =>
  (await store.list(serviceName, ctx.signal)).filter((one) => one.name === secretName && one.version < version);

/** Names of the swarm's services whose tasks are given that secret. */
async function listUsers(entry: StoreEntry, ctx: StepContext): Promise<string[]> {
  const services = await listServices([], ctx.signal);
  return services
    .filter((service) => listReferences(service).some(({ SecretName }) => SecretName === entry.externalId))
    .map(({ Spec }) => Spec.Name);
}

async function applyRetire(input: RetireInput, ctx: StepContext): Promise<RetireOutput> {
  const kept: string[] = [];
  for (const store of openStores()) {
    for (const entry of await listOld(store, input, ctx)) {
      const users = store.kind === "swarm" ? await listUsers(entry, ctx) : [];
      if (users.length > 0) kept.push(keep(input, entry, users, ctx));
      else await takeAway(store, entry, ctx);
    }
  }
  const forgotten = await ctx.write((tx) => retireVersions(tx, input.secretName, input.version));
  ctx.log.info(
    `The panel has forgotten ${forgotten === 1 ? "one old value" : `${forgotten} old values`} of ${input.secretName}`,
  );
  return { forgotten, kept };
}

function keep(input: RetireInput, { externalId }: StoreEntry, users: readonly string[], ctx: StepContext): string {
  const database = databaseServiceName(input.stackName);
  const others = users.filter((name) => name !== database || !input.databaseKeeps);
  if (others.length > 0)
    throw new AppError({
      code: "secrets.still_used",
      message: `${others.join(" and ")} still ${others.length === 1 ? "uses" : "use"} ${externalId}.`,
      advice: "Give it the new version, or take the secret from it, then retry this step.",
      retry: "needs_person",
    });
  ctx.log.warn(
    `${externalId} stays in the swarm: ${database} was made with it and keeps running. It opens nothing, and goes with the next rotation that restarts the database`,
  );
  return externalId;
}

async function takeAway(store: SecretStore, { externalId }: StoreEntry, ctx: StepContext): Promise<void> {
  const entry = { kind: KINDS.secret, providerId: externalId, name: externalId };
  const inLedger = store.kind === "swarm";
  // Its maker's entry becomes this step's, so that it can be closed here.
  if (inLedger) await ctx.ledger.plan(entry);
  await ctx.guard();
  await store.remove(externalId, ctx.signal);
  if (inLedger) await ctx.ledger.gone(entry.kind, entry.providerId);
  ctx.log.info(`Removed ${externalId} from ${store.kind === "swarm" ? "the swarm" : "Bitwarden"}`);
}

async function verifyRetire(input: RetireInput, ctx: StepContext): Promise<VerifyResult> {
  const versions = (await listVersions(db(), input.secretName)).filter((one) => one.version < input.version);
  if (versions.length > 0) return { ok: false, reason: `The panel still keeps an old value of ${input.secretName}.` };
  for (const store of openStores()) {
    const [left] = await listOld(store, input, ctx);
    if (left && !input.databaseKeeps) return { ok: false, reason: `${left.externalId} is still in the ${store.kind}.` };
  }
  return { ok: true, reason: `No value of ${input.secretName} before version ${input.version} is kept.` };
}

/** What it had taken over to take away, and had not taken away yet, goes. */
async function undoRetire(resources: LedgerResource[], _input: RetireInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId } of resources) {
    if (kind !== KINDS.secret) continue;
    await ctx.guard();
    await swarmStore.remove(providerId, ctx.signal);
    await ctx.ledger.gone(kind, providerId);
    ctx.log.info(`Removed ${providerId} from the swarm`);
  }
}
