import type { MonitorState } from "#lib/watching/constants.ts";
import type { Shown } from "../state-of.ts";

const STATES: Record<MonitorState, Shown> = {
  up: { state: "done", word: "Up" },
  down: { state: "failed", word: "Down" },
  paused: { state: "skipped", word: "Paused" },
  unknown: { state: "waiting", word: "Not known yet" },
};

export const stateOfMonitor = (state: MonitorState): Shown => STATES[state];
