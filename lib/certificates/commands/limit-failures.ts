import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";

const HOUR_MS = 3_600_000;
/** Let's Encrypt refuses a name for an hour after five failed authorizations; the fifth is left for people. */
const MAX_FAILURES = 4;

function readFailedNames(problem: unknown): string[] {
  if (typeof problem !== "object" || problem === null || !("names" in problem)) return [];
  return Array.isArray(problem.names) ? problem.names.map(String) : [];
}

/** Refuses, until the hour is over, names whose authorization failed four times within it. */
export async function assertFailureBudget(names: readonly string[], now = Date.now()): Promise<void> {
  const failed = await db().acmeOrder.findMany({
    where: { state: "invalid", finishedAt: { gt: new Date(now - HOUR_MS) } },
    select: { problem: true, finishedAt: true },
    orderBy: { finishedAt: "desc" },
  });
  for (const name of names) {
    const times = failed
      .filter((order) => readFailedNames(order.problem).includes(name))
      .map((order) => order.finishedAt?.getTime() ?? now);
    const decisive = times[MAX_FAILURES - 1];
    if (decisive === undefined) continue;
    throw new AppError({
      code: "certificates.too_many_failures",
      message: `The authorization of ${name} failed ${times.length} times within an hour.`,
      advice: "The panel waits until an hour has passed, so that the authority does not block the name.",
      retry: "retry",
      retryAfterMs: Math.max(1_000, decisive + HOUR_MS - now),
    });
  }
}
