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
    const pieces = body[Symbol.asyncIterator]();
    let isOver = false;
    try {
      for (;;) {
        const next = await pieces.next().catch((error: unknown) => {
          failure = { error };
          isOver = true;
          throw error;
        });
        signal.throwIfAborted();
        if (next.done) break;
        if (next.value.length === 0) continue;
        sizeBytes += next.value.length;
        yield next.value;
      }
      isOver = true;
      ended = true;
    } finally {
      // Whoever makes the body is told that no more of it is wanted.
      if (!isOver) await pieces.return?.();
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
