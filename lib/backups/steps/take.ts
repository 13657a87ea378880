import { randomUUID } from "node:crypto";
import { isLockedError, Outgrown } from "#lib/integrations/object-store/errors.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { readClock } from "#lib/platform/db/read-clock.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import {
  type BackupDraft,
  beginBackup,
  forgetManifest,
  noteEnded,
  noteLock,
  noteRawBytes,
  noteStored,
} from "../commands/note-backup.ts";
import { noteVerification } from "../commands/note-verification.ts";
import { undoPoint } from "../commands/undo-point.ts";
import { KINDS } from "../constants.ts";
import { sumRows } from "../dump/counts.ts";
import { choosePointKey } from "../dump/paths.ts";
import { findStoredPoint, removePoint, storePoint } from "../dump/store-point.ts";
import { takeTurn } from "../dump/turns.ts";
import { findMissingObject } from "../prove/check-objects.ts";
import { Disproved, takenBadly } from "../prove/disproved.ts";
import type { ProofJob } from "../prove/proof-job.ts";
import { readBack, sayUnpacked } from "../prove/read-back.ts";
import { compareManifest } from "../prove/read-manifest.ts";
import { trySweep } from "../prove/scratch-container.ts";
import { findBackupRow, findNewestStored } from "../queries/find-backup.ts";
import { type PolicyRow, readPolicy } from "../queries/find-policy.ts";
import { HALF_SWAPPED, refuseHalfSwapped } from "../queries/refuse-half-swapped.ts";
import { adviseWayAround } from "../restore/advise-way-around.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { type TakeBackupInput, takeBackupInputSchema } from "../schema/steps.ts";
import { DOWN } from "../sources/find-database.ts";
import { openTarget } from "../targets/open-target.ts";
import { isEncrypted } from "../targets/read-part.ts";
import { checkSource } from "./check.ts";

export interface TakeBackupOutput {
  backupId: string;
  key: string;
  sizeBytes: number;
  /** null: nobody has unpacked it, and only the holder of the identity can. */
  rawBytes: number | null;
  tables: number;
  rows: number;
}

/** What one step's backup is called, decided once and kept for every further try. */
interface Chosen {
  backupId: string;
  key: string;
  targetId: string;
  lockedUntil: string | null;
  /** So long an object had become when its parts were too many. Kept also when the rest is not. */
  outgrownBytes?: number;
}

/** What a source holds, stored whole or not at all, then read back from where it was stored. */
export const backupsTake = defineStep({
  name: "backups.take",
  queue: "backups",
  input: takeBackupInputSchema,
  timeoutMs: 12 * 60 * 60_000,
  plan: planBackup,
  apply: applyBackup,
  verify: verifyBackup,
  undo: undoBackup,
});

const ENVIRONMENT = "production";
const DAY_MS = 86_400_000;
const environmentOf = (input: TakeBackupInput, ctx: StepContext) => input.environment ?? ctx.environment ?? ENVIRONMENT;

const findItsPolicy = (input: TakeBackupInput, ctx: StepContext) =>
  readPolicy({
    serviceId: ctx.service?.id ?? null,
    environment: environmentOf(input, ctx),
    name: input.policy,
  });

async function planBackup(input: TakeBackupInput, ctx: StepContext): Promise<PlanResult> {
  // Said before anything is stopped for it.
  if (input.trigger === "retire") await checkSource(input, ctx);
  const name = `${input.policy} of ${ctx.service?.name ?? "the panel"}`;
  return { changes: [{ action: "create", kind: "backup", name, detail: "compressed, stored whole, read back" }] };
}

async function applyBackup(input: TakeBackupInput, given: StepContext): Promise<TakeBackupOutput> {
  // A run may be of all environments at once; whether a source was moved is asked of the one it is in.
  const ctx: StepContext = { ...given, environment: environmentOf(input, given) };
  const policy = await findItsPolicy(input, ctx);
  const chosen = await choosePoint(policy, ctx);
  await beginBackup(draftOf(chosen, policy, input, ctx), ctx);
  let store: ObjectStore | undefined;
  try {
    await trySweep(ctx);
    await refuseHalfSwapped(policy.source);
    store = await openTarget(chosen.targetId, ctx.redact);
    const opened = store;
    return await takeTurn("backup", ctx, async () => {
      const manifest = await storeOnce(opened, chosen, policy, ctx);
      await ctx.ledger.record(entryOf(chosen));
      await noteStored(chosen.backupId, manifest, ctx);
      const rawBytes = await lookAtIt(opened, chosen, manifest, policy, ctx);
      return toOutput(chosen, manifest, rawBytes);
    });
  } catch (error) {
    // Cancelled, or the lease was lost: whoever holds it now writes.
    ctx.signal.throwIfAborted();
    await noteFailure(store, chosen, error, ctx);
    if (error instanceof Outgrown)
      await ctx.checkpoint.set({ ...ctx.checkpoint.get<Partial<Chosen>>(), outgrownBytes: error.sizeBytes });
    // What came out bad just now may come out good the next time.
    const told = error instanceof Disproved ? takenBadly(error) : error;
    throw input.trigger === "restore" ? adviseWayAround(told, policy.source) : told;
  } finally {
    await store?.close();
  }
}

const entryOf = ({ backupId, key, targetId }: Chosen) => ({
  kind: KINDS.point,
  providerId: backupId,
  name: key,
  attributes: { key, targetId },
});

/** By the database's clock: a lock that a wrong one made too long cannot be taken back. */
const lockOf = async ({ lockDays }: PolicyRow): Promise<Date | null> =>
  lockDays > 0 ? new Date((await readClock()).getTime() + lockDays * DAY_MS) : null;

const isChosen = (kept: Partial<Chosen> | undefined): kept is Chosen => kept?.backupId !== undefined;

async function choosePoint(policy: PolicyRow, ctx: StepContext): Promise<Chosen> {
  const before = ctx.checkpoint.get<Partial<Chosen>>();
  // One that a person or the retention has removed meanwhile is gone for good: what is taken now is another.
  if (isChosen(before) && !(await findBackupRow(before.backupId))?.removedAt) return before;
  const backupId = randomUUID();
  const now = new Date();
  const scope = { service: ctx.service?.name ?? null, environment: policy.environment, policy: policy.name };
  const chosen: Chosen = {
    backupId,
    key: choosePointKey(scope, backupId, now),
    targetId: policy.targetId,
    lockedUntil: (await lockOf(policy))?.toISOString() ?? null,
    ...(before?.outgrownBytes ? { outgrownBytes: before.outgrownBytes } : {}),
  };
  await ctx.checkpoint.set(chosen);
  await ctx.ledger.plan(entryOf(chosen));
  return chosen;
}

const draftOf = (chosen: Chosen, policy: PolicyRow, input: TakeBackupInput, ctx: StepContext): BackupDraft => ({
  id: chosen.backupId,
  serviceId: ctx.service?.id ?? null,
  environment: policy.environment,
  policyId: policy.id,
  policy: policy.name,
  engine: policy.source.kind,
  trigger: input.trigger,
  targetId: chosen.targetId,
  key: chosen.key,
  encrypted: policy.recipients.length > 0,
  dueAt: input.dueAt ? new Date(input.dueAt) : null,
  lockedUntil: chosen.lockedUntil ? new Date(chosen.lockedUntil) : null,
});

async function storeOnce(store: ObjectStore, chosen: Chosen, policy: PolicyRow, ctx: StepContext): Promise<Manifest> {
  const { backupId, key } = chosen;
  const before = await findStoredPoint(store, key, backupId, ctx.signal);
  if (before) {
    ctx.log.info("An earlier try has stored it already");
    return before;
  }
  const lockUntil = await chooseLock(chosen, policy, ctx);
  const last = await findNewestStored(policy.id);
  const target = {
    store,
    key,
    compression: policy.compression,
    recipients: policy.recipients,
    lockUntil,
    // It may have become far more since, as when data was imported.
    estimateBytes: 2 * Math.max(Number(last?.sizeBytes ?? 0), chosen.outgrownBytes ?? 0),
  };
  const names = { service: ctx.service?.name ?? null, environment: policy.environment, policy: policy.name };
  return storePoint({ backupId, source: policy.source, target, names }, ctx);
}

/** From now on for as long as the policy says: the first try may have been days ago. */
async function chooseLock(chosen: Chosen, policy: PolicyRow, ctx: StepContext): Promise<Date | null> {
  if (policy.lockDays === 0 && chosen.lockedUntil === null) return null;
  const lockUntil = await lockOf(policy);
  await ctx.checkpoint.set({ ...chosen, lockedUntil: lockUntil?.toISOString() ?? null } satisfies Chosen);
  await noteLock(chosen.backupId, lockUntil, ctx);
  return lockUntil;
}

/** Reads it back from the target, whatever the target said. Returns its length before compression. */
async function lookAtIt(
  store: ObjectStore,
  { backupId, key }: Chosen,
  manifest: Manifest,
  policy: PolicyRow,
  ctx: StepContext,
): Promise<number | null> {
  const identity = config().BACKUP_AGE_IDENTITY || null;
  const job: ProofJob = {
    ...{ backupId, rawBytes: null, manifest, store, identity },
    ...{ source: policy.source, smoke: null, onDisk: false },
  };
  await compareManifest(store, { id: backupId, key }, manifest, ctx.signal);
  const findings = await readBack(job, ctx);
  if (identity === null && manifest.parts.some((part) => isEncrypted(part.key))) sayUnpacked(manifest, findings, ctx);
  await noteVerification(backupId, findings.looks, ctx);
  if (findings.rawBytes !== null) await noteRawBytes(backupId, findings.rawBytes, ctx);
  for (const look of findings.looks) ctx.log.info(look.summary);
  return findings.rawBytes;
}

/** Nothing of it was read: the database is stopped, or half of it is another. */
const NOT_NOW: ReadonlySet<string> = new Set([DOWN, HALF_SWAPPED]);

/** What is bad or not whole goes, manifest first; what could only not be looked at stays, for the next try. */
async function noteFailure(
  store: ObjectStore | undefined,
  { backupId, key, outgrownBytes }: Chosen,
  error: unknown,
  ctx: StepContext,
): Promise<void> {
  const { message, code } = toAppError(error);
  const isBad = error instanceof Disproved;
  if (isBad) {
    const { level, details } = error;
    await noteVerification(backupId, [{ level, ok: false, summary: message, details, durationMs: 0 }], ctx);
  }
  const row = await findBackupRow(backupId);
  const stays = !isBad && row?.state === "stored";
  if (store && !stays) {
    await ctx.guard();
    await removePoint(store, key, ctx.signal).catch(async (reason: unknown) => {
      ctx.log.warn(`What was stored could not be removed: ${toAppError(reason).message}`);
      // The next try, or else the next look through the target, settles what lies there.
      await forgetManifest(backupId, ctx);
      // The folder cannot be used again: the next try chooses another, and this one becomes nobody's.
      if (!isLockedError(reason)) return;
      await ctx.ledger.gone(KINDS.point, backupId);
      await ctx.checkpoint.set(outgrownBytes ? { outgrownBytes } : null);
    });
  }
  await noteEnded(backupId, stays ? "stored" : NOT_NOW.has(code) ? "missed" : "failed", message, ctx);
}

function toOutput({ backupId, key }: Chosen, manifest: Manifest, rawBytes: number | null): TakeBackupOutput {
  return {
    backupId,
    key,
    sizeBytes: manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    rawBytes,
    tables: Object.keys(manifest.counts).length,
    rows: sumRows(manifest.counts),
  };
}

/**
 * A stored backup's objects are there, as long as they were: the step's own or, once its policy keeps that no more, the newest.
 * What is in them has its own schedule of proofs.
 */
async function verifyBackup(input: TakeBackupInput, ctx: StepContext): Promise<VerifyResult> {
  const own = ctx.checkpoint.get<Partial<Chosen>>();
  const policy = await findItsPolicy(input, ctx);
  const made = isChosen(own) ? await findBackupRow(own.backupId) : null;
  const row = made?.removedAt === null ? made : await findNewestStored(policy.id);
  const manifest = manifestSchema.safeParse(row?.manifest).data;
  if (!row || !manifest) return { ok: false, reason: "There is no stored backup." };
  const store = await openTarget(row.targetId, ctx.redact);
  try {
    const missing = await findMissingObject(store, manifest, ctx.signal);
    return missing ? { ok: false, reason: missing } : { ok: true, reason: `${row.key} is there as it was stored.` };
  } finally {
    await store.close();
  }
}

async function undoBackup(resources: LedgerResource[], input: TakeBackupInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId, attributes } of resources) {
    if (kind !== KINDS.point) continue;
    const point = { id: providerId, key: String(attributes.key), targetId: String(attributes.targetId) };
    // With the service itself also its last proven point goes.
    await undoPoint(point, { withService: input.trigger === "provision" }, ctx);
    await ctx.ledger.gone(kind, providerId);
  }
}
