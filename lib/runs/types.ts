import type { QueueName } from "#lib/platform/config/settings.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { ErrorRecord } from "#lib/platform/errors.ts";
import type { PlannedChange } from "#lib/steps/types.ts";

export const RUN_MODES = ["plan", "apply", "undo", "verify"] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** `waiting`: nothing can go on until a person does something. */
export const RUN_STATES = ["pending", "running", "waiting", "failed", "succeeded", "cancelling", "cancelled"] as const;
export type RunState = (typeof RUN_STATES)[number];
/** A run in one of these moves, or waits to. */
export const ACTIVE_STATES: readonly RunState[] = ["pending", "running", "waiting", "cancelling"];

export const STEP_STATES = [
  "blocked",
  "ready",
  "running",
  "needs_person",
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
] as const;
export type StepState = (typeof STEP_STATES)[number];

/** What shows that a manual step was done. */
export const EVIDENCE_KINDS = ["note", "link", "file"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** A checklist compiled against one service's answers: what createRun takes. */
export interface CompiledStep {
  key: string;
  /** Name in the step registry, or "manual". */
  name: string;
  title: string;
  input: Record<string, unknown>;
  dependsOn: string[];
  /** Set: the step is not done, and this says why. Steps that wait for it go on. */
  skipReason?: string;
  /** Manual steps: who may confirm. */
  role?: "staff" | "manager" | "dba" | "admin";
  /** Manual steps: this person's word and nobody else's but an administrator's; a user's id. */
  confirmById?: string;
  /** Manual steps: what to do, Markdown. */
  instructions?: string;
  /** Manual steps: what must be shown before it can be confirmed; a note when left out. */
  evidence?: EvidenceKind;
  /** Manual steps: how long it is thought to take, minutes. */
  estimateMinutes?: number;
  /** Days after the run's start by which it is to be done. */
  dueDays?: number;
}

export interface RunSummary {
  id: number;
  mode: RunMode;
  title: string;
  state: RunState;
  service: { id: string; name: string } | null;
  environment: string | null;
  requestedBy: { id: string; name: string } | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  stepsTotal: number;
  stepsDone: number;
}

export interface AttemptView {
  id: number;
  number: number;
  state: "running" | "succeeded" | "failed" | "lost" | "cancelled";
  readyAt: string;
  startedAt: string;
  finishedAt: string | null;
  lines: number;
  error: ErrorRecord | null;
}

/** What shows that an item was done, or goes with it. Its bytes are fetched apart. */
export interface EvidenceView {
  id: string;
  kind: EvidenceKind;
  /** The note, the address, or what the file shows. */
  text: string;
  file: { name: string; size: number; sha256: string } | null;
  addedBy: { id: string; name: string };
  addedAt: string;
  mayRemove: boolean;
}

/** What only a step that a person does has: an item. */
export interface ItemView {
  /** Grows with every edit; whoever saves over an older one is told. */
  rev: number;
  instructions: string | null;
  evidenceKind: EvidenceKind;
  estimateMin: number | null;
  /** Median of the same item in earlier runs, from its turn or its claim to its end, milliseconds. */
  usualMs: number | null;
  actualMs: number | null;
  dueBy: string | null;
  /** The one whose word it is. */
  confirmBy: { id: string; name: string } | null;
  claimedBy: { id: string; name: string } | null;
  claimedAt: string | null;
  /** What is written down before it is confirmed. */
  draft: { note: string; by: { id: string; name: string } | null; at: string | null };
  waiver: { by: { id: string; name: string }; reason: string; until: string; isOver: boolean } | null;
  evidence: EvidenceView[];
  /** What the reader may do now; the server asks again when they do it. */
  may: { claim: boolean; release: boolean; edit: boolean; setDue: boolean; waive: boolean; readFiles: boolean };
}

export interface StepView {
  id: number;
  key: string;
  name: string;
  title: string;
  queue: QueueName;
  position: number;
  state: StepState;
  skipReason: string | null;
  dependsOn: string[];
  readyAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  dueAt: string | null;
  maxAttempts: number;
  progress: { text: string; done?: number; total?: number } | null;
  changes: PlannedChange[] | null;
  warnings: string[];
  output: unknown;
  error: ErrorRecord | null;
  role: string | null;
  /** The reader has the role that may confirm it. */
  mayConfirm: boolean;
  confirmedBy: { id: string; name: string } | null;
  note: string | null;
  attempts: AttemptView[];
  resources: { id: string; kind: string; name: string; providerId: string; state: "planned" | "present" | "gone" }[];
  /** Median run time of this step in earlier runs, milliseconds; null when it never ran. */
  usualMs: number | null;
  /** Null: the panel does this step itself. */
  item: ItemView | null;
}

export interface RunView extends RunSummary {
  checklistKey: string;
  checklistVersion: number;
  draftId: string | null;
  undoesRunId: number | null;
  undoneByRunId: number | null;
  cancelRequestedAt: string | null;
  cancelledBy: { id: string; name: string } | null;
  version: number;
  steps: StepView[];
  /** What the reader may do now; the server asks again when they do it. */
  may: { retry: boolean; cancel: boolean; undo: boolean; confirm: boolean };
  /** What it made is a live service, which the reader may take down: by its decommission, and never by an undo. */
  goesByDecommission: boolean;
}

/** A stored line. `seq` counts from 1 within its attempt. */
export interface LogLine {
  seq: number;
  /** Unix time, milliseconds. */
  at: number;
  stream: "o" | "e" | "i" | "w";
  text: string;
}

/** What the run's event stream carries. Control events have no id; `log` events have id `<attemptId>.<lastSeq>`. */
export type RunEvent =
  | { type: "run"; run: RunView }
  | { type: "log"; attemptId: number; lines: LogLine[] }
  | { type: "end" };

/** What a hook learns of a run that finished, or that goes on again after it had. */
export interface RunHookInfo {
  id: number;
  mode: RunMode;
  state: RunState;
  checklistKey: string;
  serviceId: string | null;
  draftId: string | null;
  undoesRunId: number | null;
}

/** Called in the transaction that finishes or re-opens a run, so that what follows from it is committed with it. */
export type RunHook = (tx: Tx, run: RunHookInfo) => Promise<void>;
