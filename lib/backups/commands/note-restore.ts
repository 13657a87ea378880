import type { Prisma } from "#lib/platform/db/client.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { RestoreState } from "../constants.ts";

interface RestoreChange {
  state?: RestoreState;
  error?: string | null;
  /** What the living data is kept as; null: nothing. */
  previous?: string | null;
  /** When it took the place of what lived. */
  swappedAt?: Date | null;
  /** From now on nobody goes back to what is kept. */
  givenUpAt?: Date;
  report?: Prisma.InputJsonObject;
  durationMs?: number;
  finished?: boolean;
}

/** The row of a restore, as its steps write it: fenced by the attempt's lease. */
export async function noteRestore(id: string, { finished, ...values }: RestoreChange, ctx: StepContext): Promise<void> {
  await ctx.write((tx) =>
    tx.restore.update({
      where: { id },
      data: { ...values, ...(finished === undefined ? {} : { finishedAt: finished ? new Date() : null }) },
    }),
  );
}
