import { z } from "zod";
import { QUEUES } from "#lib/platform/config/settings.ts";
import { EVIDENCE_KINDS, RUN_MODES, RUN_STATES, STEP_STATES } from "./types.ts";

/** What pages and the API get of a run. Never a step's input, never what a step keeps for itself. */
const instant = z.iso.datetime();
const person = z.object({ id: z.string(), name: z.string() });

export const runSummary = z.object({
  id: z.number().int(),
  mode: z.enum(RUN_MODES),
  title: z.string(),
  state: z.enum(RUN_STATES),
  service: person.nullable(),
  environment: z.string().nullable(),
  requestedBy: person.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  stepsTotal: z.number().int(),
  stepsDone: z.number().int(),
});

/** What a link to a run shows. */
export const runLink = runSummary.omit({ service: true, environment: true, requestedBy: true });

const errorRecord = z.object({
  code: z.string(),
  class: z.enum(["retry", "permanent", "needs_person"]),
  message: z.string(),
  advice: z.string().optional(),
  detail: z.string().optional(),
});

const plannedChange = z.object({
  action: z.enum(["create", "change", "remove", "keep", "check"]),
  kind: z.string(),
  name: z.string(),
  detail: z.string().optional(),
});

const attemptView = z.object({
  id: z.number().int(),
  number: z.number().int(),
  state: z.enum(["running", "succeeded", "failed", "lost", "cancelled"]),
  readyAt: instant,
  startedAt: instant,
  finishedAt: instant.nullable(),
  lines: z.number().int(),
  error: errorRecord.nullable(),
});

const evidenceView = z.object({
  id: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  text: z.string(),
  file: z.object({ name: z.string(), size: z.number().int(), sha256: z.string() }).nullable(),
  addedBy: person,
  addedAt: instant,
  mayRemove: z.boolean(),
});

/** What only a step that a person does has. */
export const itemView = z.object({
  rev: z.number().int(),
  instructions: z.string().nullable(),
  evidenceKind: z.enum(EVIDENCE_KINDS),
  estimateMin: z.number().int().nullable(),
  usualMs: z.number().nullable(),
  actualMs: z.number().nullable(),
  dueBy: instant.nullable(),
  confirmBy: person.nullable(),
  claimedBy: person.nullable(),
  claimedAt: instant.nullable(),
  draft: z.object({ note: z.string(), by: person.nullable(), at: instant.nullable() }),
  waiver: z.object({ by: person, reason: z.string(), until: instant, isOver: z.boolean() }).nullable(),
  evidence: z.array(evidenceView),
  may: z.object({
    claim: z.boolean(),
    release: z.boolean(),
    edit: z.boolean(),
    setDue: z.boolean(),
    waive: z.boolean(),
    readFiles: z.boolean(),
  }),
});

const stepView = z.object({
  id: z.number().int(),
  key: z.string(),
  name: z.string(),
  title: z.string(),
  queue: z.enum(QUEUES),
  position: z.number().int(),
  state: z.enum(STEP_STATES),
  skipReason: z.string().nullable(),
  dependsOn: z.array(z.string()),
  readyAt: instant.nullable(),
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  /** Between two tries: when the next may begin. */
  dueAt: instant.nullable(),
  maxAttempts: z.number().int(),
  progress: z.object({ text: z.string(), done: z.number().optional(), total: z.number().optional() }).nullable(),
  changes: z.array(plannedChange).nullable(),
  warnings: z.array(z.string()),
  error: errorRecord.nullable(),
  role: z.string().nullable(),
  mayConfirm: z.boolean(),
  confirmedBy: person.nullable(),
  note: z.string().nullable(),
  attempts: z.array(attemptView),
  resources: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      name: z.string(),
      providerId: z.string(),
      state: z.enum(["planned", "present", "gone"]),
    }),
  ),
  usualMs: z.number().nullable(),
  /** Null: the panel does this step itself. */
  item: itemView.nullable(),
});

export const runView = runSummary.extend({
  checklistKey: z.string(),
  checklistVersion: z.number().int(),
  draftId: z.string().nullable(),
  undoesRunId: z.number().int().nullable(),
  undoneByRunId: z.number().int().nullable(),
  cancelRequestedAt: instant.nullable(),
  cancelledBy: person.nullable(),
  version: z.number().int(),
  steps: z.array(stepView),
  may: z.object({ retry: z.boolean(), cancel: z.boolean(), undo: z.boolean(), confirm: z.boolean() }),
  /** What it made is a live service, which the reader may take down: by its decommission, and never by an undo. */
  goesByDecommission: z.boolean(),
});

/** A line of the list of items that wait for people. */
const openItem = z.object({
  stepId: z.number().int(),
  stepKey: z.string(),
  title: z.string(),
  role: z.string().nullable(),
  readyAt: instant.nullable(),
  dueBy: instant.nullable(),
  estimateMin: z.number().int().nullable(),
  /** Its waiver has ended: it is open again. */
  isReopened: z.boolean(),
  confirmBy: person.nullable(),
  claimedBy: person.nullable(),
  mayConfirm: z.boolean(),
  run: z.object({ id: z.number().int(), title: z.string() }),
  service: z.string().nullable(),
  environment: z.string().nullable(),
});
export const openItemPage = z.object({ items: z.array(openItem), next: z.string().nullable() });

export const logLine = z.object({
  seq: z.number().int(),
  at: z.number(),
  stream: z.enum(["o", "e", "i", "w"]),
  text: z.string(),
});

export const logHit = logLine.extend({ attemptId: z.number().int() });

/** What the stream of a run carries. */
export const runEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run"), run: runView }),
  z.object({ type: z.literal("log"), attemptId: z.number().int(), lines: z.array(logLine) }),
  z.object({ type: z.literal("end") }),
]);

/** A run as the page of it gets it. */
export type RunPageView = z.output<typeof runView>;
export type RunPageStep = z.output<typeof stepView>;
export type RunPageAttempt = z.output<typeof attemptView>;
export type RunPageEvent = z.output<typeof runEvent>;
export type RunPageItem = z.output<typeof itemView>;
export type OpenItem = z.output<typeof openItem>;
export type OpenItemPage = z.output<typeof openItemPage>;
