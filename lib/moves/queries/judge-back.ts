import type { Tx } from "#lib/platform/db/client.ts";
import { hasBegun } from "#lib/runs/queries/find-half-moved.ts";
import { isFinished } from "#lib/runs/run-state.ts";
import type { RunState } from "#lib/runs/types.ts";
import { MOVE_KEYS } from "../constants.ts";

interface BackJudgement {
  may: boolean;
  because: string;
  /** It may have served on the new host already: what was written there is not on the old one. */
  losesData: boolean;
}

/** Going back is possible from the first change on until its names point elsewhere, and only while no run is at it. */
export async function judgeBack(tx: Tx, { id, runId }: { id: string; runId: number | null }): Promise<BackJudgement> {
  const no = (because: string): BackJudgement => ({ may: false, because, losesData: false });
  if (runId === null) return no("It never began.");
  const run = await tx.run.findUnique({ where: { id: runId }, select: { state: true } });
  const back = await tx.run.findFirst({
    where: { startKey: { startsWith: `${MOVE_KEYS.back}:${id}:` } },
    orderBy: { id: "desc" },
    select: { id: true, state: true },
  });
  if (back?.state === "succeeded") return no(`Run ${back.id} went back.`);
  if (back && back.state !== "cancelled") return no(`Run ${back.id} goes back; retry it there if it failed.`);
  if (run?.state === "succeeded") return no("It has moved. To bring it back, move it in the other direction.");
  const steps = await tx.step.findMany({ where: { runId }, select: { key: true, attempts: true, state: true } });
  if (steps.some(({ key, attempts }) => key.startsWith("switch.") && attempts > 0))
    return no("Its names point at the new host, so people write there: let the run go on.");
  if (steps.some(({ key, attempts }) => key === "old-off" && attempts > 0))
    return no("It serves on the new host, so people write there: let the run go on.");
  if (!isFinished((run?.state ?? "failed") as RunState)) return no(`Cancel run ${runId} first.`);
  if (!(await hasBegun(tx, runId))) return no("Nothing was changed, so there is nothing to go back from.");
  const served = steps.some(
    ({ key, state, attempts }) =>
      (key === "stack" && state === "succeeded") ||
      ((key === "route" || key === "prove") && (state === "succeeded" || attempts > 0)),
  );
  return { may: true, because: "", losesData: served };
}
