import type { CalendarRuleInput } from "#lib/releases/schema/release.ts";
import { readWhole } from "../backups/find-problems.ts";
import { fromLocal, toLocal } from "./local-time.ts";

export const UNITS = { minutes: 1, hours: 60, days: 1_440 } as const;
export type Unit = keyof typeof UNITS;

/** A rule of the calendar as it is typed. */
export interface RuleDraft {
  effect: "deny" | "allow";
  /** Empty: every service. */
  serviceName: string;
  /** Empty: every environment. */
  environment: string;
  repeat: "once" | "weekly" | "cron";
  timeZone: string;
  /** As a date-and-time field has it, in the time zone. */
  from: string;
  until: string;
  /** 0 is Sunday, as in cron. */
  days: number[];
  time: string;
  length: string;
  unit: Unit;
  cron: string;
  reason: string;
}

const HOUR_MS = 3_600_000;

/** A freeze that begins with the next full hour and lasts a day. */
export function blankRule(timeZone: string, now: Date): RuleDraft {
  const from = new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS);
  return {
    ...{ effect: "deny", serviceName: "", environment: "production", repeat: "once", timeZone },
    from: toLocal(from, timeZone),
    until: toLocal(new Date(from.getTime() + 24 * HOUR_MS), timeZone),
    ...{ days: [5], time: "16:00", length: "64", unit: "hours", cron: "0 16 * * 5", reason: "" },
  };
}

const WEEKLY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:,[0-6])*)$/;

/** A rule that is there, as it would have been typed; in `timeZone` where it names none of its own. */
export function draftOf(rule: CalendarRuleInput, timeZone: string, now: Date): RuleDraft {
  const { effect, time, reason } = rule;
  const blank = { ...blankRule(timeZone, now), effect, reason };
  const draft = { ...blank, serviceName: rule.serviceName ?? "", environment: rule.environment ?? "" };
  if (time.kind === "once")
    return { ...draft, from: toLocal(new Date(time.from), timeZone), until: toLocal(new Date(time.until), timeZone) };
  const repeated = {
    ...draft,
    ...lengthOf(time.minutes),
    repeat: "cron" as const,
    timeZone: time.timeZone,
    cron: time.cron,
  };
  const [, minute = "", hour = "", days = ""] = WEEKLY.exec(time.cron) ?? [];
  if (days === "" || Number(hour) > 23 || Number(minute) > 59) return repeated;
  return {
    ...repeated,
    repeat: "weekly",
    time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`,
    days: days === "*" ? [0, 1, 2, 3, 4, 5, 6] : days.split(",").map(Number),
  };
}

/** In the largest unit that it is a whole number of. */
function lengthOf(minutes: number): { length: string; unit: Unit } {
  const unit = (["days", "hours"] as const).find((one) => minutes % UNITS[one] === 0) ?? "minutes";
  return { length: String(minutes / UNITS[unit]), unit };
}

function cronOfWeek({ days, time }: RuleDraft): string {
  const [hour, minute] = time.split(":").map(Number);
  if (!/^\d{2}:\d{2}$/.test(time) || days.length === 0) return "";
  return `${minute} ${hour} * * ${days.length === 7 ? "*" : days.toSorted().join(",")}`;
}

const instantOf = (text: string, timeZone: string) => fromLocal(text, timeZone)?.toISOString() ?? "";

/** The same as the server takes it; what is no time yet is refused there with words. */
export function ruleOf(draft: RuleDraft): CalendarRuleInput {
  const { effect, timeZone, repeat } = draft;
  return {
    effect,
    serviceName: draft.serviceName || null,
    environment: draft.environment.trim() || null,
    time:
      repeat === "once"
        ? { kind: "once", from: instantOf(draft.from, timeZone), until: instantOf(draft.until, timeZone) }
        : {
            kind: "repeated",
            cron: repeat === "weekly" ? cronOfWeek(draft) : draft.cron.trim(),
            timeZone,
            minutes: readWhole(draft.length) * UNITS[draft.unit],
          },
    reason: draft.reason.trim(),
  };
}
