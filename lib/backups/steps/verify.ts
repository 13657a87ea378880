import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { reachesProof } from "../commands/note-verification.ts";
import { KINDS, type VerificationLevel } from "../constants.ts";
import { takeTurn } from "../dump/turns.ts";
import { findMissingObject } from "../prove/check-objects.ts";
import { removed } from "../prove/disproved.ts";
import type { ProofJob } from "../prove/proof-job.ts";
import { proveBackup } from "../prove/prove-backup.ts";
import { readManifest } from "../prove/read-manifest.ts";
import { removeScratch, sweepScratches } from "../prove/scratch-container.ts";
import { chooseBackup } from "../queries/choose-backup.ts";
import { findNewestProven } from "../queries/find-backup.ts";
import { DEFAULT_ENVIRONMENT, findPolicy, findPolicyById } from "../queries/find-policy.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { type VerifyBackupInput, verifyBackupInputSchema } from "../schema/steps.ts";
import { openTarget } from "../targets/open-target.ts";

export interface VerifyBackupOutput {
  /** null: there was nothing of that kind to prove. */
  backupId: string | null;
  proven: VerificationLevel | null;
  restoreMs: number | null;
  /** Why it went no further, in words; null: it did all that was asked. */
  stopped: string | null;
}

/** Decided once, for every try. */
interface Chosen {
  backupId: string;
  /** It did not fit into memory. */
  onDisk?: boolean;
}

/** A stored backup restored where nobody can reach it, and compared with what was backed up. */
export const backupsVerify = defineStep({
  name: "backups.verify",
  queue: "backups",
  input: verifyBackupInputSchema,
  timeoutMs: 12 * 60 * 60_000,
  plan: planVerify,
  apply: applyVerify,
  verify: verifyProof,
  undo: undoVerify,
});

/** The next try keeps the restored data on the disk instead. */
const NO_ROOM = new Set(["backups.scratch_full", "backups.scratch_died"]);

const WHICH_WORDS = { taken: "taken in this run", newest: "the newest", "random-older": "an older one" };

async function planVerify(input: VerifyBackupInput, ctx: StepContext): Promise<PlanResult> {
  const { policy, which, mustProve } = input;
  const known = mustProve ? await findPolicy({ ...scopeFor(input, ctx), name: policy }) : null;
  // Said before anything is stopped for it.
  if (known && known.recipients.length > 0 && !config().BACKUP_AGE_IDENTITY)
    throw new AppError({
      code: "backups.unproven",
      message: `A backup of ${policy} is encrypted and cannot be proven: the panel has no identity that opens it.`,
      advice: "Set BACKUP_AGE_IDENTITY, or choose a last backup that need not be proven.",
    });
  const words = typeof which === "string" ? `, ${WHICH_WORDS[which]}` : "";
  const detail = "restored into a throw-away place without a network, and compared";
  return { changes: [{ action: "check", kind: "backup", name: `${policy}${words}`, detail }] };
}

async function applyVerify(input: VerifyBackupInput, ctx: StepContext): Promise<VerifyBackupOutput> {
  await sweepScratches(ctx);
  const chosen = ctx.checkpoint.get<Chosen>() ?? (await choose(input, ctx));
  if (!chosen) {
    const stopped = input.which === "random-older" ? "There is no older point yet." : "There is no stored backup.";
    if (input.which === "taken") throw new AppError({ code: "backups.none_taken", message: stopped });
    ctx.log.info(stopped);
    return { backupId: null, proven: null, restoreMs: null, stopped };
  }
  const backup = await db().backup.findUniqueOrThrow({ where: { id: chosen.backupId } });
  // The run may have waited for a person for days.
  if (backup.removedAt) throw removed();
  const manifest = manifestSchema.safeParse(backup.manifest).data;
  if (!manifest && input.which === "random-older") {
    const stopped = "The older point that was drawn was taken by an earlier version of the panel, without a manifest.";
    ctx.log.warn(stopped);
    return { backupId: backup.id, ...(await readStanding(backup.id)), stopped };
  }
  if (!manifest)
    throw new AppError({
      code: "backups.no_manifest",
      message: "This backup has no manifest that this version of the panel reads: there is nothing to compare it with.",
      advice: "It was taken by an earlier version. Restore it by hand to be sure of it.",
    });
  const policy = backup.policyId === null ? null : await findPolicyById(backup.policyId);
  const store = await openTarget(backup.targetId, (secret) => ctx.redact(secret));
  try {
    const identity = config().BACKUP_AGE_IDENTITY || null;
    if (identity) ctx.redact(identity);
    await readManifest(store, backup, manifest, ctx);
    const job: ProofJob = {
      backupId: backup.id,
      rawBytes: backup.rawBytes === null ? null : Number(backup.rawBytes),
      manifest,
      store,
      identity,
      source: policy?.source ?? null,
      smoke: policy?.verification.smoke ?? null,
      onDisk: chosen.onDisk ?? false,
    };
    const { stopped } = await takeTurn("proof", ctx, () => proveBackup(job, ctx));
    const standing = await readStanding(backup.id);
    if (input.mustProve && !reachesProof(standing.proven))
      throw new AppError({
        code: "backups.unproven",
        message: `It is stored and not proven, so nothing is deleted. ${stopped ?? ""}`.trim(),
        advice:
          "Mend what stands in the way and retry, or cancel the run and choose a last backup that need not be proven.",
        retry: "needs_person",
      });
    return { backupId: backup.id, ...standing, stopped };
  } catch (error) {
    if (error instanceof AppError && NO_ROOM.has(error.code))
      await ctx.checkpoint.set({ ...chosen, onDisk: true } satisfies Chosen);
    throw error;
  } finally {
    await store.close();
  }
}

const scopeFor = ({ environment }: VerifyBackupInput, ctx: StepContext) => ({
  serviceId: ctx.service?.id ?? null,
  environment: environment ?? ctx.environment ?? DEFAULT_ENVIRONMENT,
});

async function choose(input: VerifyBackupInput, ctx: StepContext): Promise<Chosen | null> {
  const scope = { ...scopeFor(input, ctx), policy: input.policy };
  const backupId = await chooseBackup(input.which, scope, ctx.run.id);
  if (backupId === null) return null;
  await ctx.checkpoint.set({ backupId } satisfies Chosen);
  return { backupId };
}

async function readStanding(id: string) {
  const row = await db().backup.findUniqueOrThrow({ where: { id }, select: { proven: true, restoreMs: true } });
  return { proven: row.proven as VerificationLevel | null, restoreMs: row.restoreMs };
}

/** What was proven still stands, and the objects are there; once that backup is kept no more, the same of the newest that was proven. */
async function verifyProof(_input: VerifyBackupInput, ctx: StepContext): Promise<VerifyResult> {
  const chosen = ctx.checkpoint.get<Chosen>();
  if (!chosen) return { ok: true, reason: "There was nothing to prove." };
  const own = await db().backup.findUnique({ where: { id: chosen.backupId } });
  const newest = async () => (own?.policyId ? findNewestProven(own.policyId) : null);
  const backup = own?.removedAt === null ? own : await newest();
  if (!backup) return { ok: false, reason: "The backup is not kept any more, and no later one was proven." };
  if (backup.state === "failed") return { ok: false, reason: backup.error ?? "The backup was found bad." };
  const manifest = manifestSchema.safeParse(backup.manifest).data;
  const store = await openTarget(backup.targetId, (secret) => ctx.redact(secret));
  try {
    const missing = await findMissingObject(store, { parts: manifest?.parts ?? [] }, ctx.signal);
    if (missing) return { ok: false, reason: missing };
    return { ok: true, reason: `Proven up to ${backup.proven ?? "nothing"}, and its objects are there.` };
  } finally {
    await store.close();
  }
}

/** It made nothing that outlives it. */
async function undoVerify(resources: LedgerResource[], _input: VerifyBackupInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId } of resources) if (kind === KINDS.scratch) await removeScratch(providerId, ctx);
}
