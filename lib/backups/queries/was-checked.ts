import { isDeepStrictEqual } from "node:util";
import { db } from "#lib/platform/db/client.ts";

const CHECK_STEP = "backups.check";

/** Whether this run looked at a folder or volume while what uses it still ran: what was found then stands after that was stopped. */
export async function wasChecked(mounted: { kind: string; source: string }, runId: number): Promise<boolean> {
  const checks = await db().step.findMany({
    where: { runId, name: CHECK_STEP, state: "succeeded" },
    select: { output: true },
  });
  return checks.some(({ output }) => isDeepStrictEqual(output, mounted));
}
