import type { Retention } from "../schema/retention.ts";
import { bucketsOf, PERIODS } from "./buckets.ts";

/** A restore point that can be had: stored or verified, there, not removed. Failed and missed ones are not given here. */
export interface RetentionPoint {
  id: string;
  startedAt: Date;
  /** Its restored rows were compared. */
  proven: boolean;
  /** In words who pinned it; null: nobody. */
  pinned: string | null;
  lockedUntil: Date | null;
  /** In words what it is wanted for just now, a restore or a link; null: nothing. */
  inUse: string | null;
}

export interface RetentionDecision<Point extends RetentionPoint = RetentionPoint> {
  point: Point;
  keep: boolean;
  /** Why it is kept: "daily 3 of 14", "the last one proven"; empty when it is not. */
  reasons: string[];
}

export interface RetentionRules {
  retention: Retention;
  timeZone: string;
}

const newestFirst = (a: RetentionPoint, b: RetentionPoint) =>
  b.startedAt.getTime() - a.startedAt.getTime() || (a.id < b.id ? 1 : -1);

/** For each hour, day, … with a point in it, the one that stands for it: the newest proven one, else the newest. */
function chooseOfEach<Point extends RetentionPoint>(points: readonly Point[], bucketOf: (point: Point) => string) {
  const chosen = new Map<string, Point>();
  for (const point of points) {
    const bucket = bucketOf(point);
    const present = chosen.get(bucket);
    if (!present || (point.proven && !present.proven)) chosen.set(bucket, point);
  }
  return [...chosen.values()];
}

/**
 * Which points stay and why: the last so many, then one for each of so many hours, days, weeks, months and years that have
 * one. Whatever the numbers say, the newest point, the newest proven one, and what is pinned, locked or in use stay.
 * Pruning what it says and planning again at the same moment removes nothing more. Newest first.
 */
export function planRetention<Point extends RetentionPoint>(
  points: readonly Point[],
  { retention, timeZone }: RetentionRules,
  now: Date,
): RetentionDecision<Point>[] {
  const sorted = points.toSorted(newestFirst);
  const reasons = new Map<string, string[]>(sorted.map((point) => [point.id, []]));
  const keep = (point: Point | undefined, reason: string) => point && reasons.get(point.id)?.push(reason);

  for (const [index, point] of sorted.slice(0, retention.last).entries())
    keep(point, `last ${index + 1} of ${retention.last}`);
  const buckets = new Map(sorted.map((point) => [point.id, bucketsOf(point.startedAt, timeZone)]));
  for (const period of PERIODS) {
    const most = retention[period];
    if (most === 0) continue;
    const chosen = chooseOfEach(sorted, (point) => buckets.get(point.id)?.[period] ?? "");
    for (const [index, point] of chosen.slice(0, most).entries()) keep(point, `${period} ${index + 1} of ${most}`);
  }

  const [newest] = sorted;
  if (newest) keep(newest, sorted.length === 1 ? "the only one" : "the newest");
  keep(
    sorted.find((point) => point.proven),
    "the last one proven",
  );
  for (const point of sorted) {
    if (point.pinned !== null) keep(point, point.pinned);
    if (point.lockedUntil && point.lockedUntil > now)
      keep(point, `locked until ${point.lockedUntil.toISOString().slice(0, 10)}`);
    if (point.inUse !== null) keep(point, point.inUse);
  }
  return sorted.map((point) => {
    const why = reasons.get(point.id) ?? [];
    return { point, keep: why.length > 0, reasons: why };
  });
}

/** Of what is kept, newest first, those that everything else is removed for: the newest, and the last one proven. */
export function findRelied<Point extends { proven: boolean }>(plan: readonly { point: Point }[]): Point[] {
  const relied = [plan[0], plan.find(({ point }) => point.proven)].flatMap((one) => (one ? [one.point] : []));
  return relied.filter((point, at) => relied.indexOf(point) === at);
}
