import type { Tx } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";

/** The move that a step's run carries out, or the one it goes back from. */
const whichMove = (ctx: StepContext, moveId: string | undefined) => (moveId ? { id: moveId } : { runId: ctx.run.id });

const findMove = (tx: Tx, ctx: StepContext, moveId?: string) => tx.move.findFirst({ where: whichMove(ctx, moveId) });

/** The moment from which people could not use it, or not write: the first one stands, whoever tries again. */
export const noteDown = (ctx: StepContext): Promise<void> =>
  ctx.write(async (tx) => {
    await tx.move.updateMany({ where: { runId: ctx.run.id, downSince: null }, data: { downSince: new Date() } });
  });

/** The first good answer after it. */
export const noteUp = (
  ctx: StepContext,
  moveId?: string,
): Promise<{ downSince: Date | null; upAgainAt: Date | null }> =>
  ctx.write(async (tx) => {
    await tx.move.updateMany({
      where: { ...whichMove(ctx, moveId), downSince: { not: null }, upAgainAt: null },
      data: { upAgainAt: new Date() },
    });
    const move = await findMove(tx, ctx, moveId);
    return { downSince: move?.downSince ?? null, upAgainAt: move?.upAgainAt ?? null };
  });
