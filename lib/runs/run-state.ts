import type { RunState } from "./types.ts";

/** How many steps of a run are in each state. */
export interface StepCounts {
  active: number;
  needsPerson: number;
  failed: number;
  blocked: number;
}

/** Nothing of the run goes on by itself any more. */
const FINISHED_STATES: readonly RunState[] = ["succeeded", "failed", "cancelled"];

export const isFinished = (state: RunState): boolean => FINISHED_STATES.includes(state);

/** What the states of its steps make of a run. */
export function judgeRun(counts: StepCounts, cancelRequested: boolean): RunState {
  if (cancelRequested) return counts.active > 0 ? "cancelling" : "cancelled";
  if (counts.active > 0) return "running";
  if (counts.failed > 0) return "failed";
  if (counts.needsPerson > 0) return "waiting";
  // Nothing can ever unblock these: their dependencies were taken away.
  return counts.blocked > 0 ? "failed" : "succeeded";
}
