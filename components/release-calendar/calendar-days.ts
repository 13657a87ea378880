import { OPEN_STATES } from "#lib/releases/constants.ts";
import type { DeploymentRow, DeploymentsCalendar } from "#lib/releases/types.ts";

export type View = "month" | "week";
export type CalendarDeployment = DeploymentsCalendar["deployments"][number];
export type CalendarPeriod = DeploymentsCalendar["periods"][number];

/** Days are the reader's: the browser's zone is the one in which they are counted. */
export interface Day {
  /** `2026-12-18`. */
  key: string;
  from: Date;
  until: Date;
  /** Of the month that is looked at. */
  isInside: boolean;
}

const twoDigits = (number: number) => String(number).padStart(2, "0");
export const keyOf = (at: Date) => `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())}`;

/** Midnight of a day; of what is none, of today. */
export function readDay(key: string, now: Date): Date {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(key) ?? [];
  const at = year ? new Date(Number(year), Number(month) - 1, Number(day)) : now;
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}

const addDays = (at: Date, days: number) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
/** Weeks begin on Monday. */
const mondayOf = (at: Date) => addDays(at, -((at.getDay() + 6) % 7));

/** The days that are shown: whole weeks of a month, or one week. */
export function listDays(view: View, anchor: Date): Day[] {
  const first = view === "week" ? mondayOf(anchor) : mondayOf(new Date(anchor.getFullYear(), anchor.getMonth(), 1));
  const last = new Date(anchor.getFullYear(), anchor.getMonth() + 1, 0);
  const days: Day[] = [];
  for (
    let from = first;
    view === "week" ? days.length < 7 : from <= last || days.length % 7 > 0;
    from = addDays(from, 1)
  )
    days.push({
      ...{ key: keyOf(from), from, until: addDays(from, 1) },
      isInside: view === "week" || from.getMonth() === anchor.getMonth(),
    });
  return days;
}

/** The month or week before or after. */
export function moveBy(view: View, anchor: Date, steps: number): Date {
  if (view === "week") return addDays(anchor, steps * 7);
  return new Date(anchor.getFullYear(), anchor.getMonth() + steps, 1);
}

/** Where a deployment stands on the calendar: when it began, else when it is to begin, else when it was asked for. */
export const momentOf = ({
  startedAt,
  startAt,
  createdAt,
}: Pick<DeploymentRow, "startedAt" | "startAt" | "createdAt">) => startedAt ?? startAt ?? createdAt;

export interface DayEntries {
  day: Day;
  deployments: CalendarDeployment[];
  /** Freezes first. */
  periods: CalendarPeriod[];
}

interface CalendarFilter {
  service: string;
  environment: string;
}

const fits = (value: string | null, wanted: string) => wanted === "" || value === null || value === wanted;

/** What ran and what is planned on each day, by the hour; what never came to run is left out. A period stands on every day it touches. */
export function placeOnDays(
  days: readonly Day[],
  { deployments, periods }: Pick<DeploymentsCalendar, "deployments" | "periods">,
  { service, environment }: CalendarFilter,
): DayEntries[] {
  const shown = deployments
    .filter((one) => one.startedAt !== null || OPEN_STATES.includes(one.state))
    .filter((one) => fits(one.serviceName, service) && fits(one.environment, environment))
    .toSorted((one, other) => momentOf(one).localeCompare(momentOf(other)));
  const concerning = periods
    .filter((one) => fits(one.serviceName, service) && fits(one.environment, environment))
    .toSorted((one, other) => other.effect.localeCompare(one.effect) || one.from.localeCompare(other.from));
  return days.map((day) => {
    const [from, until] = [day.from.getTime(), day.until.getTime()];
    return {
      day,
      deployments: shown.filter((one) => {
        const at = Date.parse(momentOf(one));
        return from <= at && at < until;
      }),
      periods: concerning.filter((one) => Date.parse(one.from) < until && Date.parse(one.until) > from),
    };
  });
}

const sayClock = (at: number) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);

/** Which part of a day a period takes: "all day", "from 18:00", "until 08:00", "10:00–12:00". */
export function sayPart({ from, until }: Pick<CalendarPeriod, "from" | "until">, day: Day): string {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const [isBefore, isAfter] = [start <= day.from.getTime(), end >= day.until.getTime()];
  if (isBefore && isAfter) return "all day";
  if (isBefore) return `until ${sayClock(end)}`;
  return isAfter ? `from ${sayClock(start)}` : `${sayClock(start)}–${sayClock(end)}`;
}

/** Where not all have room: what did not go well, moves or waits before what is done, and of those the newest; by the hour again. */
export function chooseSome(deployments: readonly CalendarDeployment[], most: number): CalendarDeployment[] {
  const isQuiet = ({ state }: CalendarDeployment) => (state === "done" ? 1 : 0);
  const chosen = new Set(
    deployments
      .toReversed()
      .toSorted((one, other) => isQuiet(one) - isQuiet(other))
      .slice(0, most),
  );
  return deployments.filter((one) => chosen.has(one));
}
