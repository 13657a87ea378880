import type { RunPageAttempt, RunPageStep } from "#lib/runs/schema.ts";

const BEGIN = new Date(0).toISOString();

export const anAttempt = (more: Partial<RunPageAttempt> = {}): RunPageAttempt => ({
  id: 1,
  number: 1,
  state: "succeeded",
  readyAt: BEGIN,
  startedAt: BEGIN,
  finishedAt: BEGIN,
  lines: 0,
  error: null,
  ...more,
});

/** A step as the page gets it. */
export const aStep = (key: string, more: Partial<RunPageStep> = {}): RunPageStep => ({
  id: 1,
  key,
  name: "test.step",
  title: key,
  queue: "provisioning",
  position: 0,
  state: "succeeded",
  skipReason: null,
  dependsOn: [],
  readyAt: null,
  startedAt: null,
  finishedAt: null,
  dueAt: null,
  maxAttempts: 8,
  progress: null,
  changes: null,
  warnings: [],
  error: null,
  role: null,
  mayConfirm: false,
  confirmedBy: null,
  note: null,
  attempts: [],
  resources: [],
  usualMs: null,
  item: null,
  ...more,
});
