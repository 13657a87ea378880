import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type FoundOrphan, noteMissing, noteOrphans, noteTarget, type SeenTarget } from "../commands/note-target.ts";
import { manifestKey } from "../dump/paths.ts";
import { removePoint } from "../dump/store-point.ts";
import { readOwners } from "../queries/find-owner.ts";
import { findTarget } from "../queries/find-target.ts";
import { listGivenUp } from "../queries/list-given-up.ts";
import { listStoredPoints } from "../queries/list-stored-points.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { reconcileTargetInputSchema } from "../schema/steps.ts";
import { type Folder, findGap, lookThrough } from "../targets/look-through.ts";
import { openTarget } from "../targets/open-target.ts";
import { probeStore } from "../targets/probe.ts";
import { readUnknown } from "../targets/read-unknown.ts";

/** Longer than any upload takes: what is older was left by somebody who died. */
const UNFINISHED_MS = 24 * 60 * 60_000;
/** More than a person looks through; the rest is found once these are settled. */
const ORPHANS_MAX = 2_000;

export interface ReconcileOutput {
  objects: number;
  missing: number;
  orphans: number;
  swept: number;
}

/** Tries a target, ends what was never finished, and compares what is there with what the panel thinks is there. */
export const backupsReconcile = defineStep({
  name: "backups.reconcile",
  queue: "backups",
  input: reconcileTargetInputSchema,
  maxAttempts: 3,
  timeoutMs: 2 * 60 * 60_000,

  async plan({ targetId }) {
    const target = await findTarget(targetId);
    return { changes: [{ action: "check", kind: "backup target", name: target?.name ?? targetId }] };
  },

  async apply({ targetId }, ctx): Promise<ReconcileOutput> {
    // Before it is opened: what is changed in between counts as changed.
    const target = await findTarget(targetId);
    if (!target) {
      ctx.log.info("The target was removed meanwhile");
      return { objects: 0, missing: 0, orphans: 0, swept: 0 };
    }
    try {
      const store = await openTarget(targetId, (secret) => ctx.redact(secret));
      try {
        const output = await reconcile(target, store, ctx);
        if (!(await noteTarget(target, null, ctx)))
          ctx.log.warn("The target was changed meanwhile: this was of what it was before, and is not kept");
        return output;
      } finally {
        await store.close();
      }
    } catch (error) {
      ctx.signal.throwIfAborted();
      await noteTarget(target, toAppError(error), ctx);
      throw error;
    }
  },

  async verify({ targetId }) {
    const row = await db().backupTarget.findUnique({ where: { id: targetId }, select: { state: true, error: true } });
    return { ok: row?.state === "ok", reason: row?.error ?? `The target is ${row?.state ?? "gone"}.` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("A check makes nothing");
  },
});

async function reconcile(target: SeenTarget, store: ObjectStore, ctx: StepContext): Promise<ReconcileOutput> {
  await probeStore(store, ctx);
  ctx.log.info("An object was written, read back and removed");
  const swept = await sweep(store, ctx);
  const began = new Date();
  let objects = 0;
  const folders = await lookThrough(store, ctx.signal, (count) => {
    objects = count;
    if (count % 500 === 0) ctx.progress("objects seen", count);
  });
  await removeLeft(target, store, folders, ctx);
  const missing = await compareRows(target, folders, began, ctx);
  const orphans = await compareFolders(target, store, folders, ctx);
  ctx.log.info(`${objects} objects looked at; ${missing} points missing, ${orphans} folders nobody knows`);
  return { objects, missing, orphans, swept };
}

/** Not being allowed to end leftovers is a pity and no fault: a lifecycle rule of the bucket may do it instead. */
async function sweep(store: ObjectStore, ctx: StepContext): Promise<number> {
  await ctx.guard();
  try {
    const swept = await store.sweep(new Date(Date.now() - UNFINISHED_MS), ctx.signal);
    if (swept > 0) ctx.log.info(`${swept} unfinished uploads ended`);
    return swept;
  } catch (error) {
    ctx.signal.throwIfAborted();
    const { code, message } = toAppError(error);
    if (code !== "object_store.refused") throw error;
    ctx.log.warn(`Unfinished uploads could not be looked for: ${message}`);
    return 0;
  }
}

/**
 * A target may have stored a backup's last object and said so to nobody: the backup failed, what it left could not be removed then,
 * and looks like one. It is removed now.
 */
async function removeLeft(
  target: SeenTarget,
  store: ObjectStore,
  folders: Map<string, Folder>,
  ctx: StepContext,
): Promise<void> {
  const looksLikeOne = (key: string) => folders.get(key)?.objects.has(manifestKey(key)) ?? false;
  for (const { key } of await listGivenUp(target.id, looksLikeOne)) {
    await ctx.guard();
    try {
      await removePoint(store, key, ctx.signal);
    } catch (error) {
      if (!isLockedError(error)) throw error;
      ctx.log.warn(`${key}: what its failed backup left stays. ${error.message}`);
      continue;
    }
    folders.delete(key);
    ctx.log.warn(`${key}: what its failed backup left was removed`);
  }
}

/** Points whose objects should have been seen. Returns how many are missing. */
async function compareRows(
  target: SeenTarget,
  folders: ReadonlyMap<string, Folder>,
  began: Date,
  ctx: StepContext,
): Promise<number> {
  const gone: string[] = [];
  const back: string[] = [];
  for await (const point of listStoredPoints(target.id, began)) {
    const manifest = manifestSchema.safeParse(point.manifest).data;
    const gap = findGap(point.key, manifest?.parts ?? [], folders);
    if (gap) {
      gone.push(point.id);
      if (!point.missingAt) ctx.log.error(`${gap}: the point is marked as missing`);
    } else if (point.missingAt) {
      back.push(point.id);
      ctx.log.info(`${point.key} is there again`);
    }
  }
  await noteMissing(target, { gone, back }, ctx);
  return gone.length;
}

/** Folders that no backup names. The rows are read after the listing: whatever was begun before it has one by then. */
async function compareFolders(
  target: SeenTarget,
  store: ObjectStore,
  folders: ReadonlyMap<string, Folder>,
  ctx: StepContext,
): Promise<number> {
  const targetId = target.id;
  const ownerOf = await readOwners(targetId, new Date());
  // What is deeper than points are, and files of before the panel had manifests: where one of those lies nothing is nobody's.
  const isKnown = ({ key, objects }: Folder) => [key, ...objects.keys()].some((one) => ownerOf(one) !== null);
  const unknown = [...folders.values()].filter((folder) => !isKnown(folder));
  const services = new Set((await db().service.findMany({ select: { name: true } })).map(({ name }) => name));
  const orphans: FoundOrphan[] = [];
  for (const folder of unknown.slice(0, ORPHANS_MAX)) {
    const manifest = await readUnknown(store, folder, ctx.signal);
    const hasOwner = manifest !== null && (manifest.service === null || services.has(manifest.service));
    const isTaken = hasOwner && (await isIdTaken(manifest.backupId, targetId, folder.key));
    const { key, sizeBytes, modifiedAt } = folder;
    orphans.push({ key, sizeBytes, modifiedAt, adoptable: hasOwner && !isTaken });
    ctx.log.warn(`${key}: ${formatBytes(sizeBytes)} that no backup of the panel names`);
  }
  await noteOrphans(target, orphans, ctx);
  return unknown.length;
}

/** A row of a removed point may still have the id or the folder: then it cannot be taken up a second time. */
const isIdTaken = async (id: string, targetId: string, key: string): Promise<boolean> =>
  (await db().backup.count({ where: { OR: [{ id }, { targetId, key }] } })) > 0;
