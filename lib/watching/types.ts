import type { MonitorState, OutsideWatcher, Watcher } from "./constants.ts";

/** What is to be watched, in the words of the panel. */
export interface MonitorSpec {
  service: string;
  environment: string;
  url: string;
  expectedStatus: number;
}

/** A monitor as its system knows it. */
export interface MonitorRef {
  id: string;
  system: OutsideWatcher;
  externalId: string;
  name: string;
}

/** What a window keeps besides its times: a later process must find what an earlier one has paused. */
export interface QuietRecord {
  /** Only this environment's; null: the whole service. */
  environment: string | null;
  monitors: MonitorRef[];
  /** Set once all of them were quiet. */
  quietAt?: string;
  /** After the end they were looked at once more: a call that was on its way might have come late. */
  lookedAgain?: true;
  /** When its owner was told that one cannot be resumed. */
  toldAt?: string;
}

export interface MonitorView {
  id: string;
  system: Watcher;
  environment: string;
  name: string;
  /** The page that is asked. */
  url: string;
  expectedStatus: number;
  state: MonitorState;
  /** In words, of the panel's own probe: "200 in 12 ms". */
  words: string | null;
  since: string | null;
  checkedAt: string | null;
}

export interface WindowView {
  id: string;
  reason: string;
  environment: string | null;
  runId: number | null;
  openedBy: { id: string; name: string } | null;
  startedAt: string;
  endsAt: string;
  endedAt: string | null;
  /** Names of what it keeps quiet. */
  monitors: string[];
  /** Its end has come, and not everything has been resumed yet. */
  isEnding: boolean;
  error: string | null;
}

export interface WatchingView {
  monitors: MonitorView[];
  /** Open ones first, then those of before. */
  windows: WindowView[];
  may: { pause: boolean };
  /** What could be added to and is not set up here. */
  notSetUp: string[];
}
