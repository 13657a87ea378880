import type { Tx } from "#lib/platform/db/client.ts";
import { ACTIVE_STATES, type RunState } from "../types.ts";

/** Whether a move's run made or changed anything that going back would have to put right. */
export async function hasBegun(tx: Tx, runId: number): Promise<boolean> {
  const touched = await tx.step.count({
    where: { runId, name: { notIn: ["moves.check", "manual"] }, attempts: { gt: 0 } },
  });
  return touched > 0;
}

/**
 * Why nothing of the environment may be replaced now: it is on its way to another host, or was left half-way there, and no run
 * says so by being at work. null: it is in one place.
 */
export async function findHalfMoved(tx: Tx, place: { serviceId: string; environment: string }): Promise<string | null> {
  const run = await tx.run.findFirst({
    where: { ...place, mode: "apply", checklistKey: { in: ["move", "move-back"] } },
    orderBy: { id: "desc" },
    select: { id: true, title: true, state: true, checklistKey: true },
  });
  if (!run || run.state === "succeeded") return null;
  if (ACTIVE_STATES.includes(run.state as RunState)) return `Run ${run.id} (${run.title}) is not done yet.`;
  if (run.checklistKey === "move" && !(await hasBegun(tx, run.id))) return null;
  return `Run ${run.id} (${run.title}) has begun and is not done.`;
}

/** What to do about what `findHalfMoved` says. */
export const FINISH_MOVE = "Let it go on, or go back from it; then do this again.";
