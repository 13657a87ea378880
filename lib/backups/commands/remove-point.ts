import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { markGone } from "#lib/runs/ledger.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import { manifestKey } from "../dump/paths.ts";
import { explainStays } from "../queries/why-stays.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { lockPoint } from "./lock-point.ts";

export interface PointRef {
  id: string;
  key: string;
  targetId: string;
}

interface GivingUp {
  reason: string;
  /** Also the last proven one, and the newest where none is. */
  evenLastProven?: boolean;
  /** One that never was whole is left as it is: there is nothing to give up. */
  onlyWhole?: boolean;
}

/**
 * From now on the point is none: nobody can pin, restore or link it any more. Returns why it has to stay instead. The row goes
 * before the objects, so that nothing that is half gone is ever called a backup.
 */
export function giveUpPoint(
  id: string,
  { reason, evenLastProven = false, onlyWhole = false }: GivingUp,
  ctx: StepContext,
): Promise<string | null> {
  return ctx.write(async (tx) => {
    await lockPoint(tx, id);
    const row = await tx.backup.findUnique({ where: { id }, select: { state: true, removedAt: true } });
    if (!row || row.removedAt) return null;
    if (onlyWhole && row.state !== "stored" && row.state !== "verified") return null;
    const stays = await explainStays(id, new Date(), tx, { evenLastProven });
    if (stays) return stays;
    const removed = { removedAt: new Date(), removedReason: reason.slice(0, 300) };
    await tx.backup.update({ where: { id }, data: removed });
    return null;
  });
}

/**
 * After the target refused because of a lock: the manifest goes first, so while it is there, so is all of the point, and it counts
 * again. Returns whether it does.
 */
export async function takeBackIfWhole(store: ObjectStore, { id, key }: PointRef, ctx: StepContext): Promise<boolean> {
  if ((await store.size(manifestKey(key), ctx.signal)) === null) return false;
  await ctx.write((tx) => tx.backup.update({ where: { id }, data: { removedAt: null, removedReason: null } }));
  return true;
}

async function listBelow(store: ObjectStore, key: string, signal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of store.list(`${key}/`, signal)) keys.push(object.key);
  return keys;
}

/** The manifest first: what has none is no backup, however much of it is still there. Then the rest, and proof that it is gone. */
async function removeObjects(store: ObjectStore, point: PointRef, ctx: StepContext): Promise<void> {
  const row = await db().backup.findUniqueOrThrow({ where: { id: point.id }, select: { manifest: true } });
  const parts = manifestSchema.safeParse(row.manifest).data?.parts.map((part) => part.key) ?? [];
  await ctx.guard();
  await store.remove([manifestKey(point.key)], ctx.signal);
  const rest = new Set([...parts, ...(await listBelow(store, point.key, ctx.signal))]);
  await ctx.guard();
  if (rest.size > 0) await store.remove([...rest], ctx.signal);
  const left = await listBelow(store, point.key, ctx.signal);
  if (left.length === 0) return;
  throw new AppError({
    code: "backups.not_removed",
    message: `${left.length} objects of ${point.key} are still there after their removal.`,
    detail: left.slice(0, 10).join("\n"),
    retry: "retry",
  });
}

/** What an earlier run made and this one took away is in nobody's ledger any more. */
const forgetResource = (point: PointRef, ctx: StepContext) =>
  ctx.write((tx) => markGone(tx, { kind: KINDS.point, providerId: point.id }));

/**
 * Removes one point. Returns null when it is gone, else why it stays. Safe to repeat: one whose row went and whose objects did
 * not is finished.
 */
export async function removePoint(
  store: ObjectStore,
  point: PointRef,
  reason: string,
  ctx: StepContext,
): Promise<string | null> {
  const stays = await giveUpPoint(point.id, { reason }, ctx);
  if (stays) return stays;
  try {
    await removeObjects(store, point, ctx);
  } catch (error) {
    if (!isLockedError(error) || !(await takeBackIfWhole(store, point, ctx))) throw error;
    return "The target refuses: it is locked there.";
  }
  await forgetResource(point, ctx);
  ctx.log.info(`Removed ${point.key}: ${reason}`);
  return null;
}

/** The points grouped by where they are, each store opened once. */
export async function withStores(
  points: readonly PointRef[],
  open: (targetId: string) => Promise<ObjectStore>,
  work: (store: ObjectStore, point: PointRef) => Promise<void>,
): Promise<void> {
  for (const targetId of new Set(points.map((point) => point.targetId))) {
    const store = await open(targetId);
    try {
      for (const point of points) if (point.targetId === targetId) await work(store, point);
    } finally {
      await store.close();
    }
  }
}
