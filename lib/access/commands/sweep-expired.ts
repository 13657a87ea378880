import { db } from "#lib/platform/db/client.ts";

const BATCH = 500;
/** Sessions that are over stay a while, so that it can be seen who was signed in. */
const KEEP_SESSIONS_MS = 30 * 86_400_000;

/** Deletes a batch at a time, so that no statement holds many locks. */
async function drain(deleteBatch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await deleteBatch();
    total += count;
    if (count < BATCH) return total;
  }
}

/**
 * Removes sign-in requests, used assertion ids and sessions whose time is over. For the worker's schedule
 * (EXPIRATION_REPEAT_FREQUENCY_S); running it twice, or twice at a time, does no harm.
 */
export async function sweepExpired(
  now = new Date(),
): Promise<{ requests: number; assertions: number; sessions: number }> {
  const longAgo = new Date(now.getTime() - KEEP_SESSIONS_MS);
  return {
    requests: await drain(() => db().$executeRaw`DELETE FROM SamlRequest WHERE expiresAt < ${now} LIMIT ${BATCH}`),
    assertions: await drain(() => db().$executeRaw`DELETE FROM SamlAssertion WHERE expiresAt < ${now} LIMIT ${BATCH}`),
    sessions: await drain(() => db().$executeRaw`DELETE FROM Session WHERE expiresAt < ${longAgo} LIMIT ${BATCH}`),
  };
}
