/** What a place for large objects can do, whatever it is: a folder, a bucket, a server reached by SSH. Keys are relative paths with `/`. */
export interface ObjectStore {
  /**
   * Stores what `body` gives, whole or not at all: when it throws, when the line breaks or the signal aborts, nothing stands
   * under the key and nothing of it is paid for. It resolves only after the store itself said how long the object is.
   * An object that is there already is never overwritten (`object_store.exists`).
   */
  put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<{ sizeBytes: number }>;
  /** Its bytes in order; `object_store.missing` when there is none. */
  get(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Its length in bytes; null when it is not there. */
  size(key: string, signal: AbortSignal): Promise<number | null>;
  /** Everything below a folder (`""`: everything), in no order, page by page. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject>;
  /** Safe to repeat. An object under Object Lock is an error `object_store.locked`. */
  remove(keys: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Ends uploads that nobody finished before `olderThan`, below a folder (`""`: everywhere): pieces of objects that never came
   * to be. Returns how many.
   */
  sweep(olderThan: Date, signal: AbortSignal, below?: string): Promise<number>;
  close(): Promise<void>;
}

export interface PutOptions {
  signal: AbortSignal;
  /** How long it may become, bytes: a store with a limit of parts chooses their size by it. Unknown: 0. */
  estimateBytes?: number;
  /** Until then nobody may delete it, where the store can promise that. */
  lockUntil?: Date | null;
}

export interface StoredObject {
  key: string;
  sizeBytes: number;
  modifiedAt: Date;
}
