import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { manifestKey } from "../dump/paths.ts";
import { findMissingObject } from "../prove/check-objects.ts";
import { findTarget } from "../queries/find-target.ts";
import { manifestSchema } from "../schema/manifest.ts";
import { openTarget } from "../targets/open-target.ts";
import { noteMissing } from "./note-target.ts";
import type { PointRef } from "./remove-point.ts";

/**
 * Why these points cannot be relied upon, in words; null: all their objects are there. Asked before others are removed because of
 * them: the rows say what the last look through the target saw, and that was yesterday. One that is not whole is marked as missing.
 */
export async function checkKept(points: readonly PointRef[], ctx: StepContext): Promise<string | null> {
  for (const point of points) {
    const target = await findTarget(point.targetId);
    let gap: string | null;
    try {
      gap = await findGapOf(point, ctx);
    } catch (error) {
      ctx.signal.throwIfAborted();
      return `Whether ${point.key} is there could not be looked at, so nothing is removed: ${toAppError(error).message}`;
    }
    if (gap === null) continue;
    if (target) await noteMissing(target, { gone: [point.id], back: [] }, ctx);
    return `${gap} That backup is marked as missing, and none is removed this time.`;
  }
  return null;
}

async function findGapOf(point: PointRef, ctx: StepContext): Promise<string | null> {
  const row = await db().backup.findUniqueOrThrow({ where: { id: point.id }, select: { manifest: true } });
  const parts = manifestSchema.safeParse(row.manifest).data?.parts ?? [];
  const store = await openTarget(point.targetId, (secret) => ctx.redact(secret));
  try {
    if (!(await hasBeginning(store, point.key, parts.length > 0, ctx.signal)))
      return `The manifest of ${point.key} is gone.`;
    return await findMissingObject(store, { parts }, ctx.signal);
  } finally {
    await store.close();
  }
}

/** One of before the panel had manifests is a single file. */
const hasBeginning = async (store: ObjectStore, key: string, isDescribed: boolean, signal: AbortSignal) =>
  (await store.size(manifestKey(key), signal)) !== null || (!isDescribed && (await store.size(key, signal)) !== null);
