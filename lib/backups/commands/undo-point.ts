import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { removePoint } from "../dump/store-point.ts";
import { openTarget } from "../targets/open-target.ts";
import { forgetBackup } from "./note-backup.ts";
import { giveUpPoint, type PointRef, takeBackIfWhole } from "./remove-point.ts";

/** Removes the point of a run that is undone: its row before its objects. What must not be removed stays, and the log says why. */
export async function undoPoint(
  point: PointRef,
  { withService }: { withService: boolean },
  ctx: StepContext,
): Promise<void> {
  const stays = await giveUpPoint(
    point.id,
    { reason: "what made it was undone", evenLastProven: withService, onlyWhole: true },
    ctx,
  );
  if (stays) {
    ctx.log.warn(`The backup ${point.key} stays: ${stays}`);
    return;
  }
  await ctx.guard();
  const store = await openTarget(point.targetId, ctx.redact);
  try {
    await removePoint(store, point.key, ctx.signal);
  } catch (error) {
    if (!isLockedError(error)) throw error;
    ctx.log.warn(`What is left of the backup ${point.key} stays: ${error.message}`);
    await takeBackIfWhole(store, point, ctx);
    return;
  } finally {
    await store.close();
  }
  await forgetBackup(point.id, ctx);
  ctx.log.info(`Removed the backup ${point.key}`);
}
