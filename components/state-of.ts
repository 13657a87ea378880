import { ACTIVE_STATES, type RunMode, type RunState, type StepState } from "#lib/runs/types.ts";
import type { State } from "./ui/state-badge.tsx";

export interface Shown {
  state: State;
  word: string;
}

const RUN: Record<RunState, Shown> = {
  pending: { state: "waiting", word: "Waiting" },
  running: { state: "running", word: "Running" },
  waiting: { state: "person", word: "Needs a person" },
  failed: { state: "failed", word: "Failed" },
  succeeded: { state: "done", word: "Done" },
  cancelling: { state: "running", word: "Cancelling" },
  cancelled: { state: "skipped", word: "Cancelled" },
};

const STEP: Record<StepState, Shown> = {
  blocked: { state: "waiting", word: "Waiting" },
  ready: { state: "waiting", word: "Queued" },
  running: { state: "running", word: "Running" },
  needs_person: { state: "person", word: "Needs a person" },
  succeeded: { state: "done", word: "Done" },
  failed: { state: "failed", word: "Failed" },
  skipped: { state: "skipped", word: "Skipped" },
  cancelled: { state: "skipped", word: "Cancelled" },
};

const SERVICE: Record<string, Shown> = {
  provisioning: { state: "running", word: "Provisioning" },
  live: { state: "done", word: "Live" },
  failed: { state: "failed", word: "Not finished" },
  decommissioning: { state: "running", word: "Being taken away" },
  retired: { state: "undone", word: "Retired" },
};

/** How a run's state looks and reads. An undo that is done left nothing behind: quiet. */
export function stateOfRun(state: RunState, mode: RunMode = "apply"): Shown {
  if (mode === "undo" && state === "succeeded") return { state: "undone", word: "Undone" };
  return RUN[state];
}

export const stateOfStep = (state: StepState): Shown => STEP[state];

export const stateOfService = (state: string): Shown => SERVICE[state] ?? { state: "waiting", word: state };

/** Whether a run still moves or waits for somebody. */
export const isActive = (state: RunState): boolean => ACTIVE_STATES.includes(state);

const FAILED_TASKS = ["failed", "rejected", "orphaned"];

/** A task of the swarm; one that Swarm itself ended is past, not failed. */
export function stateOfTask(state: string, desiredState: string): Shown {
  const word = state.charAt(0).toUpperCase() + state.slice(1);
  if (FAILED_TASKS.includes(state)) return { state: "failed", word };
  if (state === "running" && desiredState === "running") return { state: "done", word };
  if (state === "running") return { state: "running", word: "Stopping" };
  if (["shutdown", "complete", "remove"].includes(state)) return { state: "skipped", word };
  return { state: desiredState === "running" ? "running" : "skipped", word };
}
