import type { Change } from "./change-batch.ts";

/** What was asked of the service, for tests to look at. */
export interface KeyCounters {
  /** Requests by operation, failed ones included. */
  operations: Record<string, number>;
  /** Errors answered, by code. */
  errors: Record<string, number>;
}

/** One change batch that was accepted. */
export interface RecordedBatch {
  at: string;
  accessKeyId: string;
  hostedZoneId: string;
  changeId: string;
  changes: Change[];
}

const MAX_BATCHES = 20_000;

export class Counters {
  readonly #byKey = new Map<string, KeyCounters>();
  #batches: RecordedBatch[] = [];

  request(accessKeyId: string, operation: string): void {
    const { operations } = this.#of(accessKeyId);
    operations[operation] = (operations[operation] ?? 0) + 1;
  }

  error(accessKeyId: string, code: string): void {
    const { errors } = this.#of(accessKeyId);
    errors[code] = (errors[code] ?? 0) + 1;
  }

  batch(batch: RecordedBatch): void {
    this.#batches.push(batch);
    if (this.#batches.length > MAX_BATCHES) this.#batches.shift();
  }

  read(accessKeyId?: string): { keys: Record<string, KeyCounters>; changeBatches: RecordedBatch[] } {
    const wanted = (key: string) => accessKeyId === undefined || key === accessKeyId;
    return {
      keys: Object.fromEntries([...this.#byKey].filter(([key]) => wanted(key))),
      changeBatches: this.#batches.filter((batch) => wanted(batch.accessKeyId)),
    };
  }

  clear(accessKeyId?: string): void {
    if (accessKeyId === undefined) this.#byKey.clear();
    else this.#byKey.delete(accessKeyId);
    this.#batches = accessKeyId === undefined ? [] : this.#batches.filter((one) => one.accessKeyId !== accessKeyId);
  }

  #of(accessKeyId: string): KeyCounters {
    const counters = this.#byKey.get(accessKeyId) ?? { operations: {}, errors: {} };
    this.#byKey.set(accessKeyId, counters);
    return counters;
  }
}
