import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError, conflict } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { manifestKey } from "../dump/paths.ts";
import { listLiving, type Owner, readOwners } from "../queries/find-owner.ts";
import { findPolicy } from "../queries/find-policy.ts";
import { findTarget } from "../queries/find-target.ts";
import type { Manifest } from "../schema/manifest.ts";
import { type OrphanStepInput, orphanStepInputSchema } from "../schema/steps.ts";
import { type Folder, folderOf } from "../targets/look-through.ts";
import { openTarget } from "../targets/open-target.ts";
import { readNamedIn, readUnknown } from "../targets/read-unknown.ts";

/** What lies in a target and no backup names: removed, or taken up as a restore point. */
export const backupsOrphan = defineStep({
  name: "backups.orphan",
  queue: "backups",
  input: orphanStepInputSchema,
  maxAttempts: 3,

  async plan({ key, act }) {
    return { changes: [{ action: act === "remove" ? "remove" : "create", kind: "backup", name: key }] };
  },

  async apply(input, ctx) {
    const orphan = await db().backupOrphan.findUnique({ where: { id: input.orphanId } });
    if (!orphan) {
      ctx.log.info("It was settled meanwhile");
      return { key: input.key };
    }
    const { targetId, key } = orphan;
    const store = await openTarget(targetId, (secret) => ctx.redact(secret));
    try {
      await assertNobodys(targetId, [key], ctx);
      if (input.act === "remove") await removeOrphan(store, orphan, ctx);
      else await adoptOrphan(store, orphan, ctx);
    } finally {
      await store.close();
    }
    return { key };
  },

  async verify(input: OrphanStepInput) {
    const left = await db().backupOrphan.count({ where: { id: input.orphanId } });
    return { ok: left === 0, reason: left === 0 ? `${input.key} is settled.` : `${input.key} is still unknown.` };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("What was removed cannot be brought back, and what was taken up is a restore point like any other");
  },
});

interface Orphan {
  id: string;
  targetId: string;
  key: string;
}

/** Whatever the list said: what any backup of the panel names stays, in this target or in another that reaches the same place. */
async function assertNobodys(targetId: string, keys: Iterable<string>, ctx: StepContext): Promise<void> {
  const ownerOf = await readOwners(targetId, new Date());
  for (const key of keys) {
    const owner = ownerOf(key);
    if (owner) throw await refuse(key, owner, ctx);
  }
}

async function refuse(key: string, owner: Owner, ctx: StepContext): Promise<AppError> {
  const target = await findTarget(owner.targetId);
  ctx.log.error(
    `${key} belongs to the backup ${owner.id}, ${owner.key} in ${target?.name ?? "a target that was removed"}`,
  );
  return conflict(
    "backups.orphan_known",
    `${key} belongs to the backup ${owner.key} of the target “${target?.name ?? owner.targetId}”: nothing there was touched.`,
    "If two targets reach the same place, give each a folder of its own. A backup is removed on its own page.",
  );
}

/** Only what belongs to this very folder: below it there may be others, restore points among them. */
async function listFolder(store: ObjectStore, key: string, signal: AbortSignal): Promise<Folder> {
  const folder: Folder = { key, sizeBytes: 0, modifiedAt: new Date(0), objects: new Map() };
  const own = await store.size(key, signal);
  if (own !== null) folder.objects.set(key, own);
  for await (const object of store.list(key, signal))
    if (folderOf(object.key) === key) folder.objects.set(object.key, object.sizeBytes);
  return folder;
}

/**
 * Of a folder that somebody renamed the manifest still says whose it is. Where that backup is in its own folder of this target as
 * well, this is a copy, or what a try left that died.
 */
async function assertNoneRenamed(store: ObjectStore, targetId: string, folder: Folder, ctx: StepContext) {
  for (const owner of await listLiving(await readNamedIn(store, folder, ctx.signal), new Date())) {
    const isCopy = owner.targetId === targetId && (await store.size(manifestKey(owner.key), ctx.signal)) !== null;
    if (!isCopy) throw await refuse(folder.key, owner, ctx);
  }
}

async function removeOrphan(store: ObjectStore, orphan: Orphan, ctx: StepContext): Promise<void> {
  const folder = await listFolder(store, orphan.key, ctx.signal);
  const { objects } = folder;
  await assertNoneRenamed(store, orphan.targetId, folder, ctx);
  await ctx.guard();
  // Somebody may have taken it up while it was listed; what is deeper than points are may hold another target's.
  await assertNobodys(orphan.targetId, [orphan.key, ...objects.keys()], ctx);
  await store.remove([...objects.keys()], ctx.signal);
  const left = (await listFolder(store, orphan.key, ctx.signal)).objects.size;
  if (left > 0)
    throw new AppError({
      code: "backups.not_removed",
      message: `${left} objects of ${orphan.key} are still there after their removal.`,
      retry: "retry",
    });
  await ctx.write((tx) => tx.backupOrphan.deleteMany({ where: { id: orphan.id } }));
  ctx.log.info(`${objects.size} objects of ${orphan.key} removed`);
}

async function adoptOrphan(store: ObjectStore, orphan: Orphan, ctx: StepContext): Promise<void> {
  const manifest = await readUnknown(store, await listFolder(store, orphan.key, ctx.signal), ctx.signal);
  if (!manifest)
    throw conflict(
      "backups.not_adoptable",
      `${orphan.key} is no whole backup: its manifest is missing or does not fit what is there.`,
    );
  await ctx.write((tx) => insertPoint(tx, orphan, manifest, ctx));
  ctx.log.info(`${orphan.key} is a restore point now, pinned, and not yet proven`);
}

/** Pinned: what somebody took the trouble to take up is not removed by the next pruning. */
async function insertPoint(tx: Tx, orphan: Orphan, manifest: Manifest, ctx: StepContext): Promise<void> {
  const service =
    manifest.service === null
      ? null
      : await tx.service.findUnique({ where: { name: manifest.service }, select: { id: true } });
  if (manifest.service !== null && !service)
    throw conflict("backups.not_adoptable", `There is no service ${manifest.service} in the panel.`);
  const { environment, policy: name } = manifest;
  const policy = await findPolicy({ serviceId: service?.id ?? null, environment, name }, tx);
  const byId = ctx.run.requestedById;
  await tx.backup.create({
    data: {
      id: manifest.backupId,
      serviceId: service?.id ?? null,
      ...{ environment, policy: name, policyId: policy?.id ?? null },
      engine: manifest.engine,
      state: "stored",
      trigger: "person",
      ...{ targetId: orphan.targetId, key: orphan.key, manifest },
      encrypted: manifest.recipients.length > 0,
      sizeBytes: BigInt(manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0)),
      totalRows: BigInt(Object.values(manifest.counts).reduce((sum, [rows]) => sum + rows, 0)),
      startedAt: new Date(manifest.startedAt),
      finishedAt: new Date(manifest.finishedAt),
      ...(byId ? { pinnedAt: new Date(), pinnedById: byId, pinReason: "Taken up from what lay in the target" } : {}),
    },
  });
  await tx.backupOrphan.deleteMany({ where: { id: orphan.id } });
}
