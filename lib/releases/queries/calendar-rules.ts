import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { askCalendar, type CalendarRule } from "../calendar/rules.ts";

type Row = Prisma.CalendarRuleGetPayload<object>;

/** A rule as it is asked; null when its row says no time, which no rule that the panel wrote does. */
export function toCalendarRule(row: Row): CalendarRule | null {
  const { id, reason } = row;
  const effect = row.effect === "allow" ? "allow" : "deny";
  if (row.cron !== null && row.timeZone !== null && row.minutes !== null)
    return {
      ...{ id, effect, reason },
      time: { kind: "repeated", cron: row.cron, timeZone: row.timeZone, minutes: row.minutes },
    };
  if (row.startsAt && row.endsAt)
    return { id, effect, reason, time: { kind: "once", from: row.startsAt, until: row.endsAt } };
  return null;
}

/** The rules that concern one environment of a service. */
export async function readCalendarRules(tx: Tx, serviceId: string, environment: string): Promise<CalendarRule[]> {
  const rows = await tx.calendarRule.findMany({
    where: {
      removedAt: null,
      AND: [{ OR: [{ serviceId: null }, { serviceId }] }, { OR: [{ environment: null }, { environment }] }],
    },
    orderBy: { createdAt: "asc" },
  });
  return rows.flatMap((row) => toCalendarRule(row) ?? []);
}

/** Why nothing may start at a moment, and when it may again; null: nothing is in the way. */
export function findClosed(rules: readonly CalendarRule[], at: Date): { reason: string; until: string | null } | null {
  const answer = askCalendar(rules, at);
  if (answer.open) return null;
  return {
    reason: answer.rule ? answer.rule.reason : "No window for releases is open.",
    until: answer.opensAt?.toISOString() ?? null,
  };
}
