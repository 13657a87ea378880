import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { KINDS } from "../constants.ts";
import { swapProgressSchema } from "../restore/exchange.ts";
import { type BackupSource, sourceSchema } from "../schema/source.ts";
import { overlaps } from "../sources/source-key.ts";

export const HALF_SWAPPED = "backups.half_swapped";

/** Refuses while the living name may hold half of the data: a swap, or its way back, stopped between keeping it and filling it again. */
export async function refuseHalfSwapped(source: BackupSource, tx: Tx = db()): Promise<void> {
  const rows = await tx.resource.findMany({
    where: { kind: KINDS.database, stepName: "backups.swap", state: { not: "gone" } },
    select: { attributes: true, step: { select: { runId: true } } },
  });
  for (const { attributes, step } of rows) {
    const progress = swapProgressSchema.safeParse(attributes).data;
    const its = sourceSchema.safeParse(progress?.source).data;
    if (!progress || !its || !overlaps(its, source)) continue;
    const { living, phase } = progress.back ?? progress.exchange;
    if (phase !== "kept") continue;
    throw new AppError({
      code: HALF_SWAPPED,
      message: `Run ${step.runId} stopped while it put another database in the place of ${living}, which may be half-filled.`,
      advice: `Retry run ${step.runId}, or undo it; then do this again.`,
      retry: "permanent",
      status: 409,
    });
  }
}
