import { createHash } from "node:crypto";
import { Cron } from "croner";

const MINUTE_MS = 60_000;
const MONTH_MS = 31 * 86_400_000;

export interface Schedule {
  /** null: never by itself. */
  cron: string | null;
  timeZone: string;
  /** What the jitter is made from, always the same: the policy's id. */
  id: string;
  jitterMinutes: number;
}

// Five fields as crontab has them: a point in the past keeps the pattern from ever being run by the library itself.
const parse = (cron: string, timeZone: string) => new Cron(cron, { mode: "5-part", timezone: timeZone, paused: true });

/** What is wrong with it, in words; null when it will come round at some time. */
export function findCronProblem(cron: string, timeZone: string, now = new Date()): string | null {
  try {
    if (parse(cron, timeZone).nextRun(now)) return null;
    return "This time never comes.";
  } catch {
    return "This is not a cron expression: give minute, hour, day of month, month and day of week, as in 0 2 * * *.";
  }
}

/** How much later than its cron says a schedule starts: spread over the minutes, and the same every time. */
export function jitterMs(id: string, jitterMinutes: number): number {
  if (jitterMinutes === 0) return 0;
  const spread = createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(spread * jitterMinutes * MINUTE_MS);
}

/** The first start after a moment; null: there is none. */
export function nextStart({ cron, timeZone, id, jitterMinutes }: Schedule, after: Date): Date | null {
  if (cron === null) return null;
  const late = jitterMs(id, jitterMinutes);
  const due = parse(cron, timeZone).nextRun(new Date(after.getTime() - late));
  return due && new Date(due.getTime() + late);
}

/** So many starts after a moment, in order. */
export function nextStarts(schedule: Schedule, after: Date, count: number): Date[] {
  const starts: Date[] = [];
  let from = after;
  while (starts.length < count) {
    const next = nextStart(schedule, from);
    if (!next) break;
    starts.push(next);
    from = next;
  }
  return starts;
}

/** Every start from `first` on that is not after `now`, the newest `most` of them; longer ago than a month none is looked for. */
export function startsUntil(schedule: Schedule, first: Date, now: Date, most: number): Date[] {
  const earliest = new Date(now.getTime() - MONTH_MS);
  const starts = first > earliest ? [first] : [];
  for (
    let next = nextStart(schedule, first > earliest ? first : earliest);
    next && next <= now;
    next = nextStart(schedule, next)
  ) {
    starts.push(next);
    if (starts.length > most) starts.shift();
  }
  return starts.length > 0 ? starts : [first];
}

/** When something good has to be there at the latest, given the start it is expected from. */
export const overdueAfter = (start: Date | null, graceMinutes: number): Date | null =>
  start && new Date(start.getTime() + graceMinutes * MINUTE_MS);
