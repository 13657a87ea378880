import type { MonitorState } from "../constants.ts";
import type { MonitorSpec } from "../types.ts";

interface SeenMonitor {
  externalId: string;
  isActive: boolean;
  /** It asks the page it is to ask. */
  isAsWanted: boolean;
}

interface PutMonitor {
  externalId: string;
  /** Whoever has this address can say that all is well: a secret. */
  pingUrl?: string;
}

/** The engine's: `guard` is awaited right before whatever changes something. */
export interface Caller {
  signal: AbortSignal;
  guard(): Promise<void>;
}

/** Somebody else's monitors, however they are spoken with. What is gone is simply not in an answer. */
export interface MonitorSystem {
  label: string;
  find(spec: MonitorSpec, signal: AbortSignal): Promise<SeenMonitor | null>;
  /** Makes it, or brings the one that is there to what is asked. */
  put(spec: MonitorSpec, caller: Caller): Promise<PutMonitor>;
  /** Which of them it has, and whether each is at work. */
  readActive(externalIds: readonly string[], signal: AbortSignal): Promise<Map<string, boolean>>;
  /** Which of them it has, and how each is. */
  readStates(externalIds: readonly string[], signal: AbortSignal): Promise<Map<string, MonitorState>>;
  /** Pauses or resumes each; one that is gone is passed over. Every one is tried before a refusal is thrown. */
  setActive(externalIds: readonly string[], isActive: boolean, caller: Caller): Promise<void>;
  remove(spec: MonitorSpec, externalId: string | null, caller: Caller): Promise<void>;
}
