import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { findNextStart, findPeriod } from "../calendar/rules.ts";
import type { CalendarRuleList, CalendarRuleView } from "../types.ts";
import { toCalendarRule } from "./calendar-rules.ts";
import { readPeople } from "./people.ts";

export const RULE_INCLUDE = { service: { select: { name: true } } } as const;
type Row = Prisma.CalendarRuleGetPayload<{ include: typeof RULE_INCLUDE }>;

function toTime(row: Row): CalendarRuleView["time"] | null {
  const time = toCalendarRule(row)?.time;
  if (!time) return null;
  if (time.kind === "repeated") return time;
  return { kind: "once", from: time.from.toISOString(), until: time.until.toISOString() };
}

/** Freezes and windows that hold now or later, the newest first. */
export async function listCalendarRules(actor: Actor, now: Date = new Date()): Promise<CalendarRuleList> {
  authorize(actor, "calendar.read");
  const rows = await db().calendarRule.findMany({
    where: { removedAt: null, OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
    include: RULE_INCLUDE,
    orderBy: { createdAt: "desc" },
  });
  const person = await readPeople(
    db(),
    rows.map(({ byId }) => byId),
  );
  const rules = rows.flatMap((row): CalendarRuleView[] => {
    const time = toTime(row);
    const rule = toCalendarRule(row);
    if (!time || !rule) return [];
    const period = findPeriod(rule, now);
    return [
      {
        ...{ id: row.id, effect: rule.effect, time, reason: row.reason, environment: row.environment },
        ...{ serviceName: row.service?.name ?? null, by: person(row.byId), createdAt: row.createdAt.toISOString() },
        now: period && { from: period.from.toISOString(), until: period.until.toISOString() },
        next: findNextStart(rule, now)?.toISOString() ?? null,
      },
    ];
  });
  return { rules, mayManage: may(actor, "calendar.manage").ok };
}
