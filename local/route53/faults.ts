import { z } from "zod";
import type { Change } from "./change-batch.ts";
import { DEFAULT_MESSAGES, invalidChangeBatch, ServiceError } from "./errors.ts";
import { canonicalName } from "./names.ts";

const probability = z.number().min(0).max(1);

/** What a test may ask to go wrong, for one access key (or for all, without one). */
export const FaultPlan = z.strictObject({
  accessKeyId: z.string().optional(),
  /** Limits the plan to these operations, for example `["ChangeResourceRecordSets"]`. */
  operations: z.array(z.string()).optional(),
  throttle: probability.default(0),
  priorRequestNotComplete: probability.default(0),
  /** The request is done, and the connection is cut before the answer. */
  dropAfterApply: probability.default(0),
  /** Batches that name one of these are refused, in the words given. */
  refuse: z.array(z.strictObject({ name: z.string(), words: z.string() })).default([]),
  latencyMs: z.number().int().min(0).max(120_000).default(0),
  failNext: z
    .array(
      z.strictObject({
        code: z.string(),
        message: z.string().optional(),
        status: z.number().int().min(400).max(599).optional(),
        count: z.number().int().min(1).default(1),
        operation: z.string().optional(),
      }),
    )
    .default([]),
  /** How long changes of this key stay PENDING, in place of --insync-ms. */
  insyncMs: z.number().int().min(0).max(600_000).optional(),
  rateLimit: z.strictObject({ perSecond: z.number().positive(), burst: z.number().positive() }).optional(),
});
export type FaultPlan = z.output<typeof FaultPlan>;

/** A token bucket; the account's own is 10 a second with bursts of 50. */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;
  readonly perSecond: number;
  readonly burst: number;
  constructor(perSecond: number, burst: number, now = Date.now()) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  take(now = Date.now()): boolean {
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

const ALL_KEYS = "*";
const throttled = () => new ServiceError("Throttling", "Rate exceeded");

/** The faults in force; a plan for an access key hides the one for all keys from it. */
export class Faults {
  readonly #plans = new Map<string, FaultPlan>();
  readonly #buckets = new Map<string, TokenBucket>();

  set(plan: FaultPlan): void {
    const key = plan.accessKeyId ?? ALL_KEYS;
    this.#plans.set(key, structuredClone(plan));
    this.#buckets.delete(key);
    if (plan.rateLimit) this.#buckets.set(key, new TokenBucket(plan.rateLimit.perSecond, plan.rateLimit.burst));
  }

  clear(accessKeyId?: string): void {
    for (const key of accessKeyId === undefined ? [...this.#plans.keys()] : [accessKeyId]) {
      this.#plans.delete(key);
      this.#buckets.delete(key);
    }
  }

  list(): FaultPlan[] {
    return [...this.#plans.values()];
  }

  insyncMs(accessKeyId: string): number | undefined {
    return this.#find(accessKeyId)?.plan.insyncMs;
  }

  latencyMs(accessKeyId: string, operation: string): number {
    return this.#find(accessKeyId, operation)?.plan.latencyMs ?? 0;
  }

  /** Throws the error a plan has for this request, if any. */
  check(accessKeyId: string, operation: string): void {
    const found = this.#find(accessKeyId, operation);
    if (!found) return;
    const { key, plan } = found;
    if (this.#buckets.get(key)?.take() === false) throw throttled();
    const next = plan.failNext.find((one) => one.operation === undefined || one.operation === operation);
    if (next) {
      next.count -= 1;
      if (next.count === 0) plan.failNext.splice(plan.failNext.indexOf(next), 1);
      throw new ServiceError(next.code, next.message ?? DEFAULT_MESSAGES[next.code] ?? next.code, next.status);
    }
    if (Math.random() < plan.throttle) throw throttled();
    if (operation === "ChangeResourceRecordSets" && Math.random() < plan.priorRequestNotComplete)
      throw new ServiceError("PriorRequestNotComplete", DEFAULT_MESSAGES.PriorRequestNotComplete ?? "");
  }

  /** Refuses a batch that holds a name the plan will not have. */
  inspect(accessKeyId: string, changes: readonly Change[]): void {
    const refuse = this.#find(accessKeyId, "ChangeResourceRecordSets")?.plan.refuse ?? [];
    const words = refuse
      .filter(({ name }) => changes.some(({ recordSet }) => recordSet.name === canonicalName(name)))
      .map((one) => one.words);
    if (words.length > 0) throw invalidChangeBatch(words);
  }

  dropsAnswer(accessKeyId: string, operation: string): boolean {
    return Math.random() < (this.#find(accessKeyId, operation)?.plan.dropAfterApply ?? 0);
  }

  #find(accessKeyId: string, operation?: string): { key: string; plan: FaultPlan } | undefined {
    const key = this.#plans.has(accessKeyId) ? accessKeyId : ALL_KEYS;
    const plan = this.#plans.get(key);
    if (!plan || (operation && plan.operations && !plan.operations.includes(operation))) return undefined;
    return { key, plan };
  }
}
