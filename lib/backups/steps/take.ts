import { randomUUID } from "node:crypto";
import { findFileSize } from "#lib/integrations/disk/files.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { findSecret, readSecret } from "#lib/secrets/queries.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { beginBackup, forgetBackup, noteBackup } from "../commands/note-backup.ts";
import { KINDS } from "../constants.ts";
import { findEngine } from "../engines/registry.ts";
import { findBackupRow, findNewestStored } from "../queries/find-backup.ts";
import { type Manifest, type TakeBackupInput, takeBackupInputSchema } from "../schema.ts";
import { sumRows } from "../take/counts.ts";
import { findDatabaseTask } from "../take/find-database.ts";
import { hashFile } from "../take/hash-file.ts";
import { chooseBackupPath } from "../take/paths.ts";
import { Disproved, type Proof, proveBackup } from "../take/prove.ts";
import { removeScratch, scratchName } from "../take/scratch.ts";
import { findStored, removeStored, storeDump } from "../take/store.ts";

export interface TakeBackupOutput {
  backupId: string;
  path: string;
  sizeBytes: number;
  rawBytes: number | null;
  sha256: string;
  tables: number;
  rows: number;
  restoreMs: number | null;
}

/** What one step's backup is called, decided once and kept for every further try. */
interface Chosen {
  backupId: string;
  path: string;
}

/** A dump of a service's database, stored whole or not at all, then restored to prove it. */
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

async function planBackup(input: TakeBackupInput): Promise<PlanResult> {
  const proof = input.prove ? "then restored into a throw-away database and compared, table by table" : "not proven";
  return {
    changes: [
      {
        action: "create",
        kind: "backup",
        name: `${input.databaseName} of ${input.stackName}`,
        detail: `compressed dump, ${proof}`,
      },
    ],
  };
}

async function applyBackup(input: TakeBackupInput, ctx: StepContext): Promise<TakeBackupOutput> {
  const service = ctx.service;
  if (!service)
    throw new AppError({ code: "backups.no_service", message: "A backup belongs to a service; this run has none." });
  const engine = findEngine(input.engine);
  await removeScratch(scratchName(ctx), ctx); // Left by a try that was killed.
  const chosen = await choosePath(input, service.name, ctx);
  const { backupId: id, path } = chosen;
  const environment = ctx.environment ?? "production";
  const draft = { id, path, serviceId: service.id, environment, engine: input.engine };
  let manifest = await findStored(path, id);
  try {
    if (manifest) {
      ctx.log.info("An earlier try has stored the dump already");
      if ((await findBackupRow(id)) === null) await beginBackup(draft, ctx);
    } else {
      await beginBackup(draft, ctx);
      const login = engine.pickLogin(input, await readPasswords(input, ctx));
      const task = await findDatabaseTask(input.swarmService, input.stackName, ctx.signal);
      const options = {
        path,
        backupId: id,
        service: service.name,
        environment,
        kind: input.engine,
        engine,
        login,
        task,
      };
      manifest = await storeDump(options, ctx);
    }
    await ctx.ledger.record({
      kind: KINDS.file,
      providerId: path,
      name: path,
      attributes: { backupId: id, sha256: manifest.sha256 },
    });
    await noteBackup(id, "stored", { ...toColumns(manifest), error: undefined, finished: !input.prove }, ctx);
    const proof = input.prove ? await proveBackup(path, manifest, engine, ctx) : null;
    if (proof) await noteBackup(id, "verified", { rawBytes: proof.rawBytes, finished: true }, ctx);
    return toOutput(chosen, manifest, proof);
  } catch (error) {
    await noteFailure(chosen, error, ctx);
    throw error;
  }
}

async function choosePath(input: TakeBackupInput, service: string, ctx: StepContext): Promise<Chosen> {
  const before = ctx.checkpoint.get<Chosen>();
  if (before) return before;
  const backupId = randomUUID();
  const path = chooseBackupPath(service, ctx.environment ?? "production", input.engine, backupId, new Date());
  await ctx.checkpoint.set({ backupId, path } satisfies Chosen);
  await ctx.ledger.plan({ kind: KINDS.file, providerId: path, name: path, attributes: { backupId } });
  return { backupId, path };
}

async function readPasswords(input: TakeBackupInput, ctx: StepContext) {
  const [user, root] = await Promise.all([
    readSecret(db(), input.passwordSecret),
    // PostgreSQL has no second account.
    input.engine === "postgresql"
      ? findSecret(db(), input.rootPasswordSecret)
      : readSecret(db(), input.rootPasswordSecret),
  ]);
  const texts = { user: user.value.toString("utf8"), root: root?.value.toString("utf8") ?? "" };
  for (const text of Object.values(texts)) if (text) ctx.redact(text);
  return texts;
}

const toColumns = (manifest: Manifest) => ({ sizeBytes: manifest.sizeBytes, sha256: manifest.sha256, manifest });

/** A file that was proven bad goes; one that could not be proven yet stays, for the next try. */
async function noteFailure({ backupId, path }: Chosen, error: unknown, ctx: StepContext): Promise<void> {
  // Cancelled, or the lease was lost: whoever holds it now writes.
  if (ctx.signal.aborted) return;
  const { message } = toAppError(error);
  if (error instanceof Disproved) {
    await ctx.guard();
    await removeStored(path);
  }
  const stays = !(error instanceof Disproved) && (await findStored(path, backupId)) !== null;
  if ((await findBackupRow(backupId)) === null) return;
  await noteBackup(backupId, stays ? "stored" : "failed", { error: message, finished: true }, ctx);
}

function toOutput({ backupId, path }: Chosen, manifest: Manifest, proof: Proof | null): TakeBackupOutput {
  return {
    backupId,
    path,
    sizeBytes: manifest.sizeBytes,
    rawBytes: proof?.rawBytes ?? null,
    sha256: manifest.sha256,
    tables: Object.keys(manifest.counts).length,
    rows: sumRows(manifest.counts),
    restoreMs: proof?.restoreMs ?? null,
  };
}

/** The file is there, as long as it was, with the hash it had. */
async function verifyBackup(_input: TakeBackupInput, ctx: StepContext): Promise<VerifyResult> {
  const own = ctx.checkpoint.get<Chosen>();
  const row = own
    ? await findBackupRow(own.backupId)
    : await findNewestStored(ctx.service?.id ?? "", ctx.environment ?? "production");
  if (!row?.sha256) return { ok: false, reason: "There is no stored backup." };
  const { path, sizeBytes, sha256 } = row;
  const size = await findFileSize(path);
  if (size === null) return { ok: false, reason: `The file ${path} is gone.` };
  if (BigInt(size) !== sizeBytes)
    return { ok: false, reason: `The file ${path} has ${size} bytes instead of ${sizeBytes}.` };
  if ((await hashFile(path, ctx.signal)) !== sha256)
    return { ok: false, reason: `The file ${path} was changed: its hash is another.` };
  return { ok: true, reason: `${path} is as it was stored.` };
}

async function undoBackup(resources: LedgerResource[], _input: TakeBackupInput, ctx: StepContext): Promise<void> {
  for (const { kind, providerId } of resources) {
    if (kind === KINDS.scratch) await removeScratch(providerId, ctx);
    if (kind !== KINDS.file) continue;
    await ctx.guard();
    await removeStored(providerId);
    await forgetBackup(providerId, ctx);
    await ctx.ledger.gone(kind, providerId);
    ctx.log.info(`Removed the backup ${providerId}`);
  }
}
