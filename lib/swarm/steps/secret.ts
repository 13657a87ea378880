import { alreadyExists } from "#lib/integrations/docker/errors.ts";
import type { DockerSecret } from "#lib/integrations/docker/schema.ts";
import { createSecret, findSecret, listSecrets, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { db } from "#lib/platform/db/client.ts";
import { isDuplicate } from "#lib/platform/db/transaction.ts";
import { deleteSecret, ensureSecret } from "#lib/secrets/commands.ts";
import { findSecret as findStoredSecret, type OpenedSecret, readSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { foreign, isMine } from "../ensure.ts";
import { findLeftInSwarm } from "../find-left.ts";
import { KINDS, LABELS, nameInSwarm } from "../names.ts";
import { type SecretInput, secretInputSchema } from "../schema.ts";

interface SecretOutput {
  swarmSecretId: string;
  swarmName: string;
  version: number;
}

/** Kind in the ledger of a secret the panel made up and keeps. */
const STORED = "panel.secret";

/** A secret in the swarm, with its content from the panel's own sealed store; made up there first when asked to. */
export const swarmSecret = defineStep({
  name: "swarm.secret",
  queue: "provisioning",
  input: secretInputSchema,
  plan: planSecret,
  apply: applySecret,
  verify: verifySecret,
  undo: undoSecret,
  findLeft: findLeftSecret,
});

async function planSecret(input: SecretInput, ctx: StepContext): Promise<PlanResult> {
  const stored = await findStoredSecret(db(), input.secretName, input.version);
  const version = stored?.version ?? input.version ?? 1;
  const name = nameInSwarm(input.swarmName, version);
  const present = await findSecret(name, ctx.signal);
  if (present && !holds(present, input, version)) throw foreign("secret", name);
  const origin = stored
    ? "from the panel's store"
    : input.source === "generate"
      ? "made up, 190 bits"
      : "as you entered it";
  return { changes: [{ action: present ? "keep" : "create", kind: "secret", name, detail: origin }] };
}

async function applySecret(input: SecretInput, ctx: StepContext): Promise<SecretOutput> {
  const stored = await obtainContent(input, ctx);
  ctx.redact(stored.value.toString("utf8"));
  const name = nameInSwarm(input.swarmName, stored.version);
  const entry = { kind: KINDS.secret, providerId: name, name, attributes: { version: stored.version } };
  const present = await findSecret(name, ctx.signal);
  if (present) {
    if (!holds(present, input, stored.version)) throw foreign("secret", name);
    if (await isMine(ctx, entry.kind, name)) await ctx.ledger.record(entry);
    ctx.log.info(`Swarm already has the secret ${name}`);
    return { swarmSecretId: present.ID, swarmName: name, version: stored.version };
  }
  await ctx.ledger.plan(entry);
  await ctx.guard();
  const id = await createOrFind(name, input, stored, ctx);
  await ctx.ledger.record({ ...entry, attributes: { ...entry.attributes, id } });
  ctx.log.info(`Put the secret ${name} into the swarm`);
  return { swarmSecretId: id, swarmName: name, version: stored.version };
}

async function obtainContent(input: SecretInput, ctx: StepContext): Promise<OpenedSecret> {
  if (input.source === "stored") return readSecret(db(), input.secretName, input.version);
  const entry = { kind: STORED, providerId: input.secretName, name: input.secretName };
  const present = await findStoredSecret(db(), input.secretName);
  if (present) {
    if (await isMine(ctx, entry.kind, entry.providerId)) await ctx.ledger.record(entry);
    return present;
  }
  // The trace first: whatever happens next, an undo knows there may be one.
  await ctx.ledger.plan(entry);
  const wanted = { name: input.secretName, serviceId: ctx.service?.id ?? null };
  const secret = await ctx
    .write((tx) => ensureSecret(tx, wanted))
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return readSecret(db(), input.secretName);
    });
  await ctx.ledger.record(entry);
  ctx.log.info(`Made up ${input.secretName} and stored it encrypted`);
  return secret;
}

async function createOrFind(name: string, input: SecretInput, stored: OpenedSecret, ctx: StepContext): Promise<string> {
  try {
    const { id } = await createSecret(
      { name, value: stored.value, labels: buildLabels(input, stored.version, ctx) },
      ctx.signal,
    );
    return id;
  } catch (error) {
    if (!alreadyExists(error)) throw error;
    const present = await findSecret(name, ctx.signal);
    if (!present || !holds(present, input, stored.version)) throw foreign("secret", name);
    return present.ID;
  }
}

const buildLabels = (input: SecretInput, version: number, ctx: StepContext): Record<string, string> => ({
  ...(ctx.service ? { [LABELS.service]: ctx.service.name } : {}),
  [LABELS.secret]: input.swarmName,
  [LABELS.secretSource]: input.secretName,
  [LABELS.secretVersion]: String(version),
  [LABELS.step]: String(ctx.step.id),
});

/** Its content cannot be read back; its labels say which content it was made from. */
const holds = ({ Spec: { Labels } }: DockerSecret, input: SecretInput, version: number) =>
  Labels[LABELS.secret] === input.swarmName &&
  Labels[LABELS.secretSource] === input.secretName &&
  Labels[LABELS.secretVersion] === String(version);

async function verifySecret(input: SecretInput, ctx: StepContext): Promise<VerifyResult> {
  const stored = await findStoredSecret(db(), input.secretName, input.version);
  if (!stored) return { ok: false, reason: `The panel's store has no ${input.secretName}.` };
  const secrets = await listSecrets([`${LABELS.secret}=${input.swarmName}`], ctx.signal);
  const present = secrets.find((secret) => holds(secret, input, stored.version));
  return present
    ? { ok: true, reason: `The swarm has ${present.Spec.Name}, made from version ${stored.version}.` }
    : {
        ok: false,
        reason: `The swarm has no secret ${input.swarmName} with version ${stored.version} of its content.`,
      };
}

async function undoSecret(resources: LedgerResource[], input: SecretInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId, name } of resources) {
    if (kind === KINDS.secret) {
      const present = await findSecret(name, ctx.signal);
      if (present && present.Spec.Labels[LABELS.secret] === input.swarmName) {
        await ctx.guard();
        await removeSecret(present.ID, ctx.signal);
        ctx.log.info(`Removed the secret ${name} from the swarm`);
      }
      await ctx.ledger.gone(kind, providerId);
    }
    if (kind === STORED) {
      await ctx.write((tx) => deleteSecret(tx, providerId));
      await ctx.ledger.gone(kind, providerId);
      ctx.log.info(`Deleted ${name} from the panel's store`);
    }
  }
}

async function findLeftSecret(
  resource: LedgerResource,
  _input: SecretInput,
  { signal }: StepContext,
): Promise<string | null> {
  if (resource.kind !== STORED) return findLeftInSwarm(resource, undefined, { signal });
  const stored = await findStoredSecret(db(), resource.providerId);
  return stored ? `The panel's store still has ${resource.name}.` : null;
}
