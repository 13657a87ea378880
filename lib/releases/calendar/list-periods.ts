import { type CalendarRule, findNextStart, findPeriod, type Period } from "./rules.ts";

/** An hourly rule has seven hundred in a month. */
const MOST = 800;

/** The times between two moments at which a rule holds, in order. The first may have begun before, the last may end after. */
export function listPeriods(rule: CalendarRule, from: Date, until: Date): Period[] {
  const periods: Period[] = [];
  let at: Date | null = from;
  while (at && at < until && periods.length < MOST) {
    const period: Period | null = findPeriod(rule, at);
    if (period) periods.push(period);
    // What begins at the very end of a period belongs to it, so the search goes on after it.
    at = findNextStart(rule, period ? period.until : at);
  }
  return periods;
}
