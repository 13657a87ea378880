import { isLockedError } from "#lib/integrations/object-store/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { removePoint } from "../dump/store-point.ts";
import { explainStays } from "../queries/why-stays.ts";
import { openTarget } from "../targets/open-target.ts";
import { forgetBackup } from "./note-backup.ts";
import { type PointRef, takeBackIfWhole } from "./remove-point.ts";

/** Returns why it has to stay. Of one that never was whole, or has no row any more, there is nothing to give up. */
function giveUpPoint(id: string, withService: boolean, ctx: StepContext): Promise<string | null> {
  return ctx.write(async (tx) => {
    await tx.$queryRaw`SELECT id FROM Backup WHERE id = ${id} FOR UPDATE`;
    const row = await tx.backup.findUnique({ where: { id }, select: { state: true, removedAt: true } });
    if (!row || row.removedAt || (row.state !== "stored" && row.state !== "verified")) return null;
    const stays = await explainStays(id, new Date(), tx, { evenLastProven: withService });
    if (stays) return stays;
    const removed = { removedAt: new Date(), removedReason: "what made it was undone" };
    await tx.backup.update({ where: { id }, data: removed });
    return null;
  });
}

/** Removes the point of a run that is undone: its row before its objects. What must not be removed stays, and the log says why. */
export async function undoPoint(
  point: PointRef,
  { withService }: { withService: boolean },
  ctx: StepContext,
): Promise<void> {
  const stays = await giveUpPoint(point.id, withService, ctx);
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
