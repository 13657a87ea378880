import { AppError } from "#lib/platform/errors.ts";
import type { Redactor } from "#lib/platform/redaction.ts";
import type { LedgerResource, StepContext, StepLog } from "#lib/steps/types.ts";

const refuse = (what: string): never => {
  throw new AppError({
    code: "ticks.read_only",
    message: `A look at a tick tried to ${what}.`,
    advice: "Report this: a step's verify must change nothing.",
  });
};
const noLog: StepLog = { info() {}, warn() {}, error() {}, output() {}, drained: async () => {} };

export interface AskedStep {
  id: number;
  key: string;
  title: string;
  runId: number;
  runTitle: string;
  checkpoint: unknown;
  /** By step key, of the run that made it. */
  outputs: ReadonlyMap<string, unknown>;
  service: { id: string; name: string };
  environment: string;
  listResources(): Promise<LedgerResource[]>;
}

/** What `verify` gets when no run is behind it: everything that can be read, nothing that writes or changes. */
export function readOnlyContext(step: AskedStep, signal: AbortSignal, redactor: Redactor): StepContext {
  return {
    run: { id: step.runId, title: step.runTitle, mode: "verify", requestedById: null },
    step: { id: step.id, key: step.key, title: step.title },
    attempt: { id: 0, number: 1 },
    service: step.service,
    environment: step.environment,
    signal,
    log: noLog,
    output: (key) => step.outputs.get(key),
    guard: async () => refuse("change something outside"),
    write: async () => refuse("write"),
    progress: () => {},
    redact: (secret) => redactor.add(secret),
    ledger: {
      plan: async () => refuse("write to the ledger"),
      record: async () => refuse("write to the ledger"),
      gone: async () => refuse("write to the ledger"),
      list: () => step.listResources(),
    },
    checkpoint: {
      get: <T>() => (step.checkpoint ?? undefined) as T | undefined,
      set: async () => refuse("write a checkpoint"),
    },
  };
}
