import { transaction } from "#lib/platform/db/transaction.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "../types.ts";

export interface TestContextOptions {
  run?: Partial<StepContext["run"]>;
  step?: Partial<StepContext["step"]>;
  service?: StepContext["service"];
  environment?: string | null;
  /** Outputs of the steps this one waits for, by key. */
  outputs?: Record<string, unknown>;
  /** Called at each of the engine's own calls; throw here to play a worker that dies at that moment. */
  onCall?: (
    call: "guard" | "write" | "ledger.plan" | "ledger.record" | "ledger.gone" | "checkpoint.set",
    detail?: string,
  ) => void;
  /** Default: the real database of this process's settings. */
  write?: StepContext["write"];
}

export interface TestContext {
  ctx: StepContext;
  /** Log lines as "i text" (info), "w", "e", "o" (output of a program), with what was given to redact() taken out. */
  lines: string[];
  progress: string[];
  ledger: Map<string, LedgerResource>;
  /** Aborts ctx.signal, as a cancelled run does. */
  abort(reason?: Error): void;
  /** The next attempt of the same step: same ledger and checkpoint, new log and signal. */
  next(options?: TestContextOptions): TestContext;
}

interface Kept {
  ledger: Map<string, LedgerResource>;
  checkpoint: { value: unknown };
}

/** A StepContext without an engine: the ledger and the checkpoint are in memory, writes go to the test's database. */
export function createTestContext(options: TestContextOptions = {}): TestContext {
  return build(options, { ledger: new Map(), checkpoint: { value: undefined } }, 1);
}

function build(options: TestContextOptions, kept: Kept, attempt: number): TestContext {
  const controller = new AbortController();
  const lines: string[] = [];
  const progress: string[] = [];
  const secrets: string[] = [];
  const called = options.onCall ?? (() => {});
  const say = (kind: string, text: string) => {
    lines.push(`${kind} ${secrets.reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text)}`);
  };
  const key = (kind: string, providerId: string) => `${kind} ${providerId}`;
  const keep = (entry: LedgerEntry, state: "planned" | "present") => {
    const known = kept.ledger.get(key(entry.kind, entry.providerId));
    kept.ledger.set(key(entry.kind, entry.providerId), {
      ...entry,
      id: known?.id ?? crypto.randomUUID(),
      state,
      attributes: { ...known?.attributes, ...entry.attributes },
    });
  };
  const ctx: StepContext = {
    run: { id: 1, title: "Test", mode: "apply", requestedById: null, ...options.run },
    step: { id: 1, key: "test", title: "Test", ...options.step },
    attempt: { id: attempt, number: attempt },
    service: options.service ?? null,
    environment: options.environment ?? null,
    signal: controller.signal,
    log: {
      info: (text) => say("i", text),
      warn: (text) => say("w", text),
      error: (text) => say("e", text),
      output: (_stream, data) => say("o", typeof data === "string" ? data : Buffer.from(data).toString("utf8")),
      drained: async () => {},
    },
    output: (stepKey) => options.outputs?.[stepKey],
    guard: async () => {
      controller.signal.throwIfAborted();
      called("guard");
    },
    write: async (work) => {
      called("write");
      return options.write ? options.write(work) : transaction(work);
    },
    progress: (text) => void progress.push(text),
    redact: (secret) => void secrets.push(secret),
    ledger: {
      plan: async (entry) => {
        called("ledger.plan", entry.kind);
        if (kept.ledger.get(key(entry.kind, entry.providerId))?.state !== "present") keep(entry, "planned");
      },
      record: async (entry) => {
        called("ledger.record", entry.kind);
        keep(entry, "present");
      },
      gone: async (kind, providerId) => {
        called("ledger.gone", kind);
        kept.ledger.delete(key(kind, providerId));
      },
      list: async () => [...kept.ledger.values()],
    },
    checkpoint: {
      get: <T>() => kept.checkpoint.value as T | undefined,
      set: async (value) => {
        called("checkpoint.set");
        // As MySQL would give it back.
        kept.checkpoint.value = JSON.parse(JSON.stringify(value));
      },
    },
  };
  return {
    ctx,
    lines,
    progress,
    ledger: kept.ledger,
    abort: (reason) => controller.abort(reason),
    next: (more = {}) => build({ ...options, onCall: () => {}, ...more }, kept, attempt + 1),
  };
}
