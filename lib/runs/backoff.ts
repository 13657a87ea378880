const BASE_MS = 1_000;
const CAP_MS = 60_000;

/**
 * Full jitter: anything up to twice as long with each try, a minute at most, so that a thousand failures do not come back
 * together. Never sooner than the provider asked for.
 */
export function backoffMs(attempts: number, retryAfterMs = 0, random = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempts - 1));
  return retryAfterMs + random() * ceiling;
}
