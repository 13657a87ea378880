import type { z } from "zod";
import type { QueueName } from "#lib/platform/config/settings.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** One line of the dry run: `+ create secret services.pad-notes.db_pass`. */
export interface PlannedChange {
  action: "create" | "change" | "remove" | "keep" | "check";
  /** What kind of thing: "secret", "stack", "dns record". */
  kind: string;
  name: string;
  detail?: string;
}

export interface PlanResult {
  changes: PlannedChange[];
  /**
   * What the plan found out and the run must use, such as the digest behind an image tag. Merged over the step's input
   * when the reader starts the run, so that what runs is what was reviewed.
   */
  pinned?: Record<string, unknown>;
  /** What the reader should know before pressing the button. */
  warnings?: string[];
}

export interface VerifyResult {
  ok: boolean;
  /** One sentence: what was asked and what it answered. */
  reason: string;
}

/** Something a step makes outside. (kind, providerId) is its identity; both are known before it is made wherever possible. */
export interface LedgerEntry {
  kind: string;
  providerId: string;
  name: string;
  attributes?: Record<string, unknown>;
}

export interface LedgerResource extends LedgerEntry {
  id: string;
  state: "planned" | "present" | "gone";
  attributes: Record<string, unknown>;
}

export interface StepLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** Output of a program, in pieces as they come; split into lines here. */
  output(stream: "stdout" | "stderr", data: string | Uint8Array): void;
  /** Resolves when what was written is nearly all stored. Await it between pieces of a large output, or lines are left out. */
  drained(): Promise<void>;
}

/** What every verb gets. */
export interface StepContext {
  readonly run: {
    readonly id: number;
    readonly title: string;
    readonly mode: "plan" | "apply" | "undo" | "verify";
    readonly requestedById: string | null;
  };
  readonly step: { readonly id: number; readonly key: string; readonly title: string };
  readonly attempt: { readonly id: number; readonly number: number };
  readonly service: { readonly id: string; readonly name: string } | null;
  readonly environment: string | null;
  /** Aborted when the run is cancelled, the lease is lost or the process stops. Give it to every outside call. */
  readonly signal: AbortSignal;
  readonly log: StepLog;
  /** Outputs of the steps this one depends on, by step key. */
  output(stepKey: string): unknown;
  /** Throws when the lease is lost or the run is cancelled. Call it right before every outside call that changes something. */
  guard(): Promise<void>;
  /** One transaction that first proves the lease: a worker that lost it writes nothing. The only way a step writes to MySQL. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Shown beside the step while it runs: "task 1/2". */
  progress(text: string, done?: number, total?: number): void;
  /** From now on this text never reaches a log line, an error or a page. */
  redact(secret: string): void;
  readonly ledger: {
    /** Before making it: a crash between the two leaves a trace. */
    plan(entry: LedgerEntry): Promise<void>;
    /** After it exists. */
    record(entry: LedgerEntry): Promise<void>;
    /** After it is proven gone. */
    gone(kind: string, providerId: string): Promise<void>;
    /** What this step (or, in an undo run, the step being undone) has made and is not gone. */
    list(): Promise<LedgerResource[]>;
  };
  readonly checkpoint: {
    get<T>(): T | undefined;
    /** Fenced and committed when it resolves. */
    set(value: unknown): Promise<void>;
  };
}

export interface StepDefinition<I extends z.ZodType = z.ZodType, O = unknown> {
  /** `domain.noun`, such as "dns.record". */
  name: string;
  queue: QueueName;
  input: I;
  /** Tries before the run fails; a `permanent` error fails at once. Default 8. */
  maxAttempts?: number;
  /** Longest time one attempt may take before it is aborted and tried again, milliseconds. Default 15 minutes. */
  timeoutMs?: number;
  /** Says what apply would change, touching nothing. Called before the run exists for real; may look at the outside world. */
  plan(input: z.output<I>, ctx: StepContext): Promise<PlanResult>;
  /** Observe, compare, act, observe again. Safe to run any number of times, also after dying anywhere in the middle. */
  apply(input: z.output<I>, ctx: StepContext): Promise<O>;
  /** Proves that what apply made is still so. */
  verify(input: z.output<I>, ctx: StepContext): Promise<VerifyResult>;
  /** Takes away what the ledger says this step made, and proves it gone. Safe to repeat. */
  undo(resources: LedgerResource[], input: z.output<I>, ctx: StepContext): Promise<void>;
  /**
   * Whether something this step made is still there, asked outside and whatever the ledger says: one sentence about what was
   * found, null when it is gone. Left out: only the ledger is asked.
   */
  findLeft?(resource: LedgerResource, input: z.output<I>, ctx: StepContext): Promise<string | null>;
}

/** A step with its input type forgotten, as the registry and the engine handle it. */
export interface AnyStep {
  name: string;
  queue: QueueName;
  input: z.ZodType;
  maxAttempts: number;
  timeoutMs: number;
  plan(input: unknown, ctx: StepContext): Promise<PlanResult>;
  apply(input: unknown, ctx: StepContext): Promise<unknown>;
  verify(input: unknown, ctx: StepContext): Promise<VerifyResult>;
  undo(resources: LedgerResource[], input: unknown, ctx: StepContext): Promise<void>;
  findLeft?(resource: LedgerResource, input: unknown, ctx: StepContext): Promise<string | null>;
}

/** The step of that name, loaded if it is not yet; undefined when there is none. */
export type FindStep = (name: string) => Promise<AnyStep | undefined>;
