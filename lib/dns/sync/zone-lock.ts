import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { AppError } from "#lib/platform/errors.ts";

/** A full pass of a large zone holds it for some seconds; everything else for one or two requests. */
const WAIT_MS = 60_000;

/**
 * Runs `work` as the only writer of a hosted zone, over all workers. Waits its turn. The signal given to `work` is aborted when
 * the lock is lost; then nothing more may be sent, and what was sent is safe, for every change repeats what it replaces.
 */
export async function withZoneLock<T>(
  providerZoneId: string,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<T>,
  waitMs = WAIT_MS,
): Promise<T> {
  let result: { value: T } | undefined;
  await withNamedLock(
    `dns-zone.${providerZoneId}`,
    signal,
    async (held) => {
      result = { value: await work(held) };
    },
    { waitMs },
  );
  if (result) return result.value;
  throw new AppError({
    code: "dns.zone_busy",
    message: "Another worker has been writing to this zone for a while.",
    retry: "retry",
    retryAfterMs: 1_000,
    status: 503,
  });
}
