import { HALF_SWAPPED, refuseHalfSwapped } from "#lib/backups/queries/refuse-half-swapped.ts";
import { sourceSchema } from "#lib/backups/schema/source.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { ACTIVE_STATES } from "#lib/runs/types.ts";

/** Also to take one back. */
const SWAPS = ["swap", "restore-swap"];

/** Why an environment's data is not what it should be now, in words: it is being exchanged, or that stopped half-way. Null: it is. */
export async function findSwap(
  { serviceId, name }: { serviceId: string; name: string },
  tx: Tx = db(),
): Promise<string | null> {
  const run = await tx.run.findFirst({
    where: {
      ...{ serviceId, environment: name, mode: { in: ["apply", "undo"] } },
      ...{ checklistKey: { in: SWAPS }, state: { in: [...ACTIVE_STATES] } },
    },
    select: { id: true },
  });
  if (run) return `Run ${run.id} puts other data in the place of what is there.`;
  const policies = await tx.backupPolicy.findMany({
    where: { serviceId, environment: name },
    select: { kind: true, source: true },
  });
  for (const { kind, source } of policies) {
    const its = sourceSchema.safeParse({ ...(source as object), kind });
    if (!its.success) continue;
    try {
      await refuseHalfSwapped(its.data, tx);
    } catch (error) {
      if (error instanceof AppError && error.code === HALF_SWAPPED)
        return `${error.message} ${error.advice ?? ""}`.trim();
      throw error;
    }
  }
  return null;
}
