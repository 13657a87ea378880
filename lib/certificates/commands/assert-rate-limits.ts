import { getDomain } from "tldts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { toNamesKey } from "../format.ts";

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Let's Encrypt: new orders an account may make in three hours. */
const ORDERS_MAX = 300;
const ORDERS_MS = 3 * HOUR_MS;
/** Let's Encrypt: certificates for exactly the same names in a week. */
const DUPLICATES_MAX = 5;
/** Longer than this nobody waits inside a run. */
const PATIENCE_MS = HOUR_MS;

export interface PlannedOrder {
  names: readonly string[];
  purpose: "issue" | "renew";
  /** Set: the authority knows that it is a renewal (RFC 9773) and counts it nowhere. */
  replaces: string | null;
}

/** The domain a registrar sold, by the public suffix list: what authorities count by. */
export const findRegisteredDomain = (name: string): string => {
  const host = name.replace(/^\*\./, "");
  return getDomain(host, { allowPrivateDomains: true }) ?? host;
};

/** When one more is possible: `times` in any order, at most `max` of them in any `windowMs`. */
export function findFreeAt(times: readonly Date[], max: number, windowMs: number, now: number): Date | undefined {
  const recent = times.map((time) => time.getTime()).filter((time) => time > now - windowMs);
  const decisive = recent.toSorted((a, b) => b - a)[max - 1];
  return decisive === undefined ? undefined : new Date(decisive + windowMs);
}

function refuse(message: string, freeAt: Date, now: number): never {
  const waitMs = Math.max(1_000, freeAt.getTime() - now);
  throw new AppError({
    code: "certificates.rate_limit",
    message: `${message} It is possible again at ${freeAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
    advice: "The panel counts before it asks, so that the authority does not block the account.",
    ...(waitMs <= PATIENCE_MS ? { retry: "retry" as const, retryAfterMs: waitMs } : { retry: "permanent" as const }),
  });
}

async function assertOrders(now: number): Promise<void> {
  const rows = await db().acmeOrder.findMany({
    where: { createdAt: { gt: new Date(now - ORDERS_MS) }, url: { not: null } },
    select: { createdAt: true },
    orderBy: { createdAt: "desc" },
    take: ORDERS_MAX,
  });
  const times = rows.map((row) => row.createdAt);
  const freeAt = findFreeAt(times, ORDERS_MAX, ORDERS_MS, now);
  if (freeAt) refuse(`The account has made ${ORDERS_MAX} orders within three hours.`, freeAt, now);
}

/** Certificates of the last week whose names hold this text, the newest first. */
function readIssuedSince(since: Date, names: { equals: string } | { contains: string }, firstOnly: boolean) {
  return db().acmeOrder.findMany({
    where: {
      ...{ state: "valid", finishedAt: { gt: since }, certificate: { names } },
      ...(firstOnly ? { purpose: "issue" } : { replaces: null }),
    },
    select: { finishedAt: true, certificate: { select: { names: true } } },
    orderBy: { finishedAt: "desc" },
  });
}

type Issued = Awaited<ReturnType<typeof readIssuedSince>>;
const timesOf = (rows: Issued) => rows.flatMap(({ finishedAt }) => finishedAt ?? []);

async function assertDuplicates(names: readonly string[], now: number): Promise<void> {
  const rows = await readIssuedSince(new Date(now - WEEK_MS), { equals: toNamesKey(names) }, false);
  const freeAt = findFreeAt(timesOf(rows), DUPLICATES_MAX, WEEK_MS, now);
  if (!freeAt) return;
  refuse(`${DUPLICATES_MAX} certificates for exactly these names were issued within seven days.`, freeAt, now);
}

async function assertWeekly(domain: string, max: number, now: number): Promise<void> {
  const rows = await readIssuedSince(new Date(now - WEEK_MS), { contains: domain }, true);
  const mine = rows.filter(({ certificate }) =>
    certificate.names.split(",").some((name) => findRegisteredDomain(name) === domain),
  );
  const freeAt = findFreeAt(timesOf(mine), max, WEEK_MS, now);
  if (freeAt) refuse(`${max} certificates for ${domain} were issued within seven days.`, freeAt, now);
}

/**
 * Counts, before the authority does, whether it would take another order. Renewals of the same names do not count against the
 * week's certificates of a domain, and those the authority was told of (RFC 9773) against nothing. Not for orders begun before.
 */
export async function assertRateLimits({ names, purpose, replaces }: PlannedOrder, now = Date.now()): Promise<void> {
  if (replaces) return;
  await assertOrders(now);
  await assertDuplicates(names, now);
  if (purpose === "renew") return;
  const { LETS_ENCRYPT_WEEKLY_CERTIFICATES: max } = config();
  for (const domain of new Set(names.map(findRegisteredDomain))) await assertWeekly(domain, max, now);
}
