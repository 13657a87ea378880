import { nextStart, type Schedule } from "../schedule/cron.ts";
import type { Retention } from "../schema/retention.ts";
import { planRetention, type RetentionPoint } from "./plan-retention.ts";

const DAY_MS = 86_400_000;
/** Twenty years of days; older than that only years are looked at. */
const DAYS_MOST = 7_400;
const DENSE_MOST = 2_000;

/** Starts as they come for a while, then the first of each hour and day, then of a few days of each year: enough to fill every rule. */
function sampleStarts(schedule: Schedule, retention: Retention, end: Date): Date[] {
  const dense: Date[] = [];
  const wanted = Math.min(DENSE_MOST, Math.max(retention.last, retention.hourly) + 2);
  // Backwards by days until there are enough.
  let from = end;
  for (let days = 1; dense.length < wanted && days < DAYS_MOST; days = Math.ceil(days * 1.5) + 1) {
    from = new Date(end.getTime() - days * DAY_MS);
    dense.length = 0;
    for (let at = nextStart(schedule, from); at && at <= end; at = nextStart(schedule, at)) {
      dense.push(at);
      if (dense.length > wanted * 2) dense.shift();
    }
  }
  const days = Math.min(
    DAYS_MOST,
    Math.max(retention.daily, retention.weekly * 7 + 7, retention.monthly * 31 + 31) + 2,
  );
  const starts = new Map(dense.map((at) => [at.getTime(), at]));
  const note = (daysAgo: number) => {
    const at = nextStart(schedule, new Date(end.getTime() - daysAgo * DAY_MS));
    if (at && at <= end) starts.set(at.getTime(), at);
  };
  // A schedule that skips days gives the same start for several of them, which is one.
  for (let hour = 1; hour <= retention.hourly + 2; hour++) note(hour / 24);
  for (let day = 1; day <= days; day++) note(day);
  for (let year = 1; year <= retention.yearly + 1; year++) note(Math.floor(year * 365.25));
  return [...starts.values()];
}

/** How many points there are once a schedule has run for longer than anything is kept. */
export function countSteady(schedule: Schedule, retention: Retention, now: Date): number {
  if (schedule.cron === null) return 0;
  const points = sampleStarts(schedule, retention, now).map(
    (startedAt, index): RetentionPoint => ({
      ...{ id: String(index).padStart(6, "0"), startedAt, proven: true },
      ...{ pinned: null, lockedUntil: null, inUse: null },
    }),
  );
  return planRetention(points, { retention, timeZone: schedule.timeZone }, now).filter((one) => one.keep).length;
}
