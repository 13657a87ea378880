import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import { listPeriods } from "../calendar/list-periods.ts";
import { AHEAD_DAYS } from "../constants.ts";
import type { DeploymentsCalendar } from "../types.ts";
import { toCalendarRule } from "./calendar-rules.ts";
import { DEPLOYMENT_OMIT } from "./deployment-row.ts";
import { RULE_INCLUDE } from "./list-calendar-rules.ts";
import { LISTED_INCLUDE, toListedRow } from "./list-deployments.ts";

const DAY_MS = 86_400_000;
const SPAN_MAX_DAYS = 100;
const MOST_DEPLOYMENTS = 1_000;

/** What is planned and what was done between two moments, with freezes and windows. */
export async function readDeploymentsCalendar(
  actor: Actor,
  { from, until }: { from: Date; until: Date },
): Promise<DeploymentsCalendar> {
  authorize(actor, "calendar.read");
  if (from >= until || until.getTime() - from.getTime() > SPAN_MAX_DAYS * DAY_MS)
    throw invalid({ until: `Ask for a span of at most ${SPAN_MAX_DAYS} days.` });
  const [rows, rules] = await Promise.all([
    db().deployment.findMany({
      // Nothing is planned further ahead than that, so nothing older can lie in between.
      where: { createdAt: { gte: new Date(from.getTime() - (AHEAD_DAYS + 5) * DAY_MS), lt: until } },
      orderBy: { createdAt: "desc" },
      take: MOST_DEPLOYMENTS,
      include: LISTED_INCLUDE,
      omit: DEPLOYMENT_OMIT,
    }),
    db().calendarRule.findMany({ where: { removedAt: null }, include: RULE_INCLUDE, orderBy: { createdAt: "asc" } }),
  ]);
  const inside = rows.filter((row) => {
    const at = row.startedAt ?? row.startAt ?? row.createdAt;
    return at < until && (row.finishedAt ?? at) >= from;
  });
  return {
    from: from.toISOString(),
    until: until.toISOString(),
    deployments: inside.map(toListedRow),
    periods: rules.flatMap((row) => {
      const rule = toCalendarRule(row);
      if (!rule) return [];
      return listPeriods(rule, from, until).map((period) => ({
        ...{ ruleId: row.id, effect: rule.effect, reason: row.reason, environment: row.environment },
        ...{ serviceName: row.service?.name ?? null },
        ...{ from: period.from.toISOString(), until: period.until.toISOString() },
      }));
    }),
  };
}
