import { describeCron } from "#lib/backups/format.ts";
import { plural } from "#lib/platform/format.ts";
import type { CalendarRuleInput } from "#lib/releases/schema/release.ts";
import { formatInZone } from "../backups/zoned-time.ts";

type RuleTime = CalendarRuleInput["time"];
type Where = Pick<CalendarRuleInput, "serviceName" | "environment">;

export const EFFECT_WORDS = { deny: "Freeze", allow: "Window" } as const;

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const WEEKLY = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:,[0-6])*)$/;

/** "Monday, Tuesday and Friday". */
function joinWords(words: readonly string[]): string {
  const [last = "", ...others] = words.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} and ${last}`;
}

/** "2 days 16 hours": exact, where a rounded span would hide when it ends. */
export function sayLength(minutes: number): string {
  if (Number.isNaN(minutes)) return "…";
  const [days, hours, rest] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), minutes % 60];
  const parts = [
    days > 0 && plural(days, "day"),
    hours > 0 && plural(hours, "hour"),
    rest > 0 && plural(rest, "minute"),
  ];
  return parts.filter(Boolean).join(" ") || "0 minutes";
}

function sayStart(cron: string): string {
  const [, minute = "", hour = "", days = ""] = WEEKLY.exec(cron.trim()) ?? [];
  if (days === "") return describeCron(cron) ?? cron;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (days === "*") return `Every day at ${time}`;
  if (days === "1,2,3,4,5") return `Every day from Monday to Friday at ${time}`;
  return `Every ${joinWords(days.split(",").map((day) => DAYS[Number(day)] ?? day))} at ${time}`;
}

/** When a rule holds: "Every Friday at 16:00 for 2 days 16 hours, Europe/Berlin". A rule that holds once is told in the reader's zone. */
export function sayTime(time: RuleTime, readersZone: string): string {
  if (time.kind === "once")
    return `${formatInZone(time.from, readersZone)} to ${formatInZone(time.until, readersZone)}`;
  return `${sayStart(time.cron)} for ${sayLength(time.minutes)}, ${time.timeZone}`;
}

/** "notes, production", "every service, staging". */
export const sayWhere = ({ serviceName, environment }: Where): string =>
  `${serviceName ?? "every service"}, ${environment ?? "every environment"}`;

/** What a rule does, as a sentence: "Nothing starts in production of notes". */
export function sayEffect({ effect, serviceName, environment }: Where & Pick<CalendarRuleInput, "effect">): string {
  const where = `${environment ?? "any environment"} of ${serviceName ?? "any service"}`;
  return effect === "deny" ? `Nothing starts in ${where}` : `Deployments to ${where} start only then`;
}
