import { Cron } from "croner";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How far ahead an opening is looked for, and a closing. */
const OPENING_MS = 400 * DAY_MS;
const CLOSING_MS = 31 * DAY_MS;
/** Starts that are joined to one period; what goes on after as many is as good as without end. */
const MOST_JOINED = 120;
/** Times a rule is asked for one answer. What would take more is answered with "not known". */
const MOST_ASKED = 600;

/** How often rules may still be asked. */
interface Budget {
  left: number;
}

/** When a rule holds: once, or again and again for so many minutes from each start on. */
export type RuleTime =
  | { kind: "once"; from: Date; until: Date }
  | { kind: "repeated"; cron: string; timeZone: string; minutes: number };

/** A rule of the calendar. `deny` is a freeze; `allow` is a window, outside of which nothing starts. */
export interface CalendarRule {
  id: string;
  effect: "allow" | "deny";
  time: RuleTime;
  reason: string;
}

export interface Period {
  from: Date;
  /** Exclusive. */
  until: Date;
}

export type CalendarAnswer =
  | { open: true; until: Date | null }
  | {
      open: false;
      /** The rule that keeps it closed; null: no window is open. */
      rule: CalendarRule | null;
      /** When something may start again; null: not within the next year. */
      opensAt: Date | null;
    };

const parsed = new Map<string, Cron>();
const MOST_PARSED = 500;

function parse(expression: string, timeZone: string): Cron {
  const key = `${timeZone} ${expression}`;
  let cron = parsed.get(key);
  if (!cron) {
    if (parsed.size >= MOST_PARSED) parsed.clear();
    cron = new Cron(expression, { mode: "5-part", timezone: timeZone, paused: true });
    parsed.set(key, cron);
  }
  return cron;
}

/** The last start that is not after a moment, where there is one after `since`. */
function findLastStart(cron: Cron, since: Date, at: Date): Date | null {
  // Searched from the next millisecond on, for a start at the moment itself counts.
  const [last] = cron.previousRuns(1, new Date(at.getTime() + 1));
  return last && last > since ? last : null;
}

/** Whether the rule holds at a moment, asked once. */
function holds({ time }: CalendarRule, at: Date): boolean {
  if (time.kind === "once") return time.from <= at && at < time.until;
  const start = parse(time.cron, time.timeZone).nextRun(new Date(at.getTime() - time.minutes * MINUTE_MS));
  return start !== null && start <= at;
}

/**
 * The period of the rule that holds at a moment; overlapping or touching ones of the same rule are one. One that goes on and on
 * ends beyond every horizon.
 */
export function findPeriod(rule: CalendarRule, at: Date, budget: Budget = { left: MOST_JOINED }): Period | null {
  const { time } = rule;
  budget.left -= 1;
  if (!holds(rule, at)) return null;
  if (time.kind === "once") return { from: time.from, until: time.until };
  const length = time.minutes * MINUTE_MS;
  const cron = parse(time.cron, time.timeZone);
  const from = cron.nextRun(new Date(at.getTime() - length)) ?? at;
  let start = from;
  for (let joined = 0; joined < MOST_JOINED && budget.left > 0; joined++) {
    budget.left -= 1;
    const until = new Date(start.getTime() + length);
    // Of the starts until then only the last matters, however many there are.
    const last = findLastStart(cron, start, until);
    if (!last) return { from, until };
    start = last;
  }
  return { from, until: new Date(at.getTime() + 2 * OPENING_MS) };
}

/** Said beside the minutes of such a rule. */
export const UNBROKEN =
  "It begins again before it ends, on and on: nothing would ever be between. Give it fewer minutes.";

/**
 * Whether a rule, once it holds, goes on and on, because it begins again before it ends: one that nobody means. Where clocks
 * change it may have a gap or two in a year.
 */
export function isUnbroken(rule: CalendarRule, from: Date): boolean {
  if (rule.time.kind === "once") return false;
  return [0, 90, 180, 270].some((days) => {
    const start = findNextStart(rule, new Date(from.getTime() + days * DAY_MS));
    const period = start && findPeriod(rule, start);
    return start !== null && period !== null && period.until.getTime() - start.getTime() > OPENING_MS;
  });
}

/** When the rule begins to hold next, after a moment; null: never again. */
export function findNextStart({ time }: CalendarRule, after: Date): Date | null {
  if (time.kind === "once") return time.from > after ? time.from : null;
  return parse(time.cron, time.timeZone).nextRun(after);
}

/**
 * Whether something may start at a moment. A freeze wins over every window; where there are windows, one of them has to be open.
 * The rules are those that concern the service and environment, chosen by the caller. Whether is always answered; until when only
 * as far as it is found within a bounded time.
 */
export function askCalendar(rules: readonly CalendarRule[], at: Date): CalendarAnswer {
  const budget = { left: MOST_ASKED };
  if (isOpen(rules, at)) return { open: true, until: findClosingTime(rules, at, budget) };
  return { open: false, rule: findDenial(rules, at, budget)?.rule ?? null, opensAt: findOpening(rules, at, budget) };
}

/** The short answer. */
export function isOpen(rules: readonly CalendarRule[], at: Date): boolean {
  if (rules.some((rule) => rule.effect === "deny" && holds(rule, at))) return false;
  const windows = rules.filter(({ effect }) => effect === "allow");
  return windows.length === 0 || windows.some((rule) => holds(rule, at));
}

/** The freeze that holds at a moment; of several the one that lasts longest. */
function findDenial(rules: readonly CalendarRule[], at: Date, budget: Budget) {
  let denied: { rule: CalendarRule; until: Date } | undefined;
  for (const rule of rules.filter(({ effect }) => effect === "deny")) {
    const period = findPeriod(rule, at, budget);
    if (period && (!denied || period.until > denied.until)) denied = { rule, until: period.until };
  }
  return denied;
}

/** Until when it is closed at the least, at a moment at which it is; null: for ever. */
function findClosedUntil(rules: readonly CalendarRule[], at: Date, budget: Budget): Date | null {
  const denied = findDenial(rules, at, budget);
  if (denied) return denied.until;
  const windows = rules.filter(({ effect }) => effect === "allow");
  budget.left -= windows.length;
  const starts = windows.flatMap((rule) => findNextStart(rule, at) ?? []);
  return starts.length > 0 ? new Date(Math.min(...starts.map(Number))) : null;
}

/** When it opens next; null: not within a year, or not to be found in time. */
function findOpening(rules: readonly CalendarRule[], at: Date, budget: Budget): Date | null {
  const horizon = at.getTime() + OPENING_MS;
  let moment: Date | null = at;
  while (moment && moment.getTime() <= horizon && budget.left > 0) {
    if (isOpen(rules, moment)) return moment;
    budget.left -= rules.length;
    moment = findClosedUntil(rules, moment, budget);
  }
  return null;
}

/** When it closes next; null: nothing closes it within a month, or it is not to be found in time. */
function findClosingTime(rules: readonly CalendarRule[], at: Date, budget: Budget): Date | null {
  const horizon = at.getTime() + CLOSING_MS;
  let moment = at;
  while (budget.left > 0) {
    const next = findNextChange(rules, moment, budget);
    if (!next || next.getTime() > horizon) return null;
    if (!isOpen(rules, next)) return next;
    budget.left -= rules.length;
    moment = next;
  }
  return null;
}

/** The next moment at which any rule begins or ceases to hold. One that holds begins anew only after it has ended. */
function findNextChange(rules: readonly CalendarRule[], at: Date, budget: Budget): Date | null {
  budget.left -= rules.length;
  const moments = rules.flatMap((rule) => findPeriod(rule, at, budget)?.until ?? findNextStart(rule, at) ?? []);
  return moments.length > 0 ? new Date(Math.min(...moments.map(Number))) : null;
}
