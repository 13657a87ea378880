/** A body that is looked at on its way: how long it was, whether it came to its end, and what it threw if it did. */
export interface WatchedBody {
  chunks: AsyncGenerator<Uint8Array>;
  readonly sizeBytes: number;
  readonly ended: boolean;
  /** Set when the body itself failed: that is the reason, whatever the store said of it. */
  readonly failure: { error: unknown } | null;
}

/** Empty pieces are left out: some stores take one for the end. */
export function watchBody(body: AsyncIterable<Uint8Array>, signal: AbortSignal): WatchedBody {
  let sizeBytes = 0;
  let ended = false;
  let failure: { error: unknown } | null = null;
  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) {
        signal.throwIfAborted();
        if (chunk.length === 0) continue;
        sizeBytes += chunk.length;
        yield chunk;
      }
      signal.throwIfAborted();
      ended = true;
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  }
  return {
    chunks: pass(),
    get sizeBytes() {
      return sizeBytes;
    },
    get ended() {
      return ended;
    },
    get failure() {
      return failure;
    },
  };
}
