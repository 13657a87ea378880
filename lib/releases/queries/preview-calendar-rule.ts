import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { findCronProblem } from "#lib/backups/schedule/cron.ts";
import { invalid } from "#lib/platform/errors.ts";
import {
  type CalendarRule,
  findNextStart,
  findPeriod,
  isUnbroken,
  type Period,
  type RuleTime,
  UNBROKEN,
} from "../calendar/rules.ts";
import type { CalendarRulePreview } from "../schema/calendar-preview.ts";
import type { CalendarRuleInput } from "../schema/release.ts";

const PERIODS_SHOWN = 5;

function readTime(time: CalendarRuleInput["time"], now: Date): RuleTime {
  if (time.kind === "once") return { kind: "once", from: new Date(time.from), until: new Date(time.until) };
  try {
    new Intl.DateTimeFormat("en", { timeZone: time.timeZone });
  } catch {
    throw invalid({ "time.timeZone": "There is no such time zone." });
  }
  const problem = findCronProblem(time.cron, time.timeZone, now);
  if (problem) throw invalid({ "time.cron": problem });
  return time;
}

/** The periods of a rule from now on, the one that holds now among them. Those that touch are one. */
function listNext(rule: CalendarRule, now: Date): Period[] {
  const periods: Period[] = [];
  let at: Date | null = now;
  while (at && periods.length < PERIODS_SHOWN) {
    const period = findPeriod(rule, at);
    if (period) periods.push(period);
    at = findNextStart(rule, period?.until ?? at);
  }
  return periods;
}

/** When a rule that is still being written would hold, touching nothing. */
export function previewCalendarRule(
  actor: Actor,
  { time }: Pick<CalendarRuleInput, "time">,
  now: Date = new Date(),
): CalendarRulePreview {
  authorize(actor, "calendar.read");
  const rule: CalendarRule = { id: "", effect: "deny", reason: "", time: readTime(time, now) };
  if (isUnbroken(rule, now)) throw invalid({ "time.minutes": UNBROKEN });
  const periods = listNext(rule, now);
  return {
    next: periods.map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() })),
    holdsNow: periods.some(({ from, until }) => from <= now && now < until),
  };
}
