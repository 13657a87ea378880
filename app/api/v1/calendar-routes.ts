import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { addCalendarRule, changeCalendarRule, removeCalendarRule } from "#lib/releases/commands/manage-calendar.ts";
import { listCalendarRules } from "#lib/releases/queries/list-calendar-rules.ts";
import { readDeploymentsCalendar } from "#lib/releases/queries/read-calendar.ts";
import { calendarRuleList, deploymentsCalendar } from "#lib/releases/schema/calendar-views.ts";
import { calendarRuleSchema } from "#lib/releases/schema/release.ts";

const read = defineRoute({
  method: "GET",
  path: "/deployments/calendar",
  action: "calendar.read",
  summary: "What is planned and what was done between two moments, with freezes and windows.",
  query: z.object({ from: z.iso.datetime(), until: z.iso.datetime() }),
  output: deploymentsCalendar,
  handler: ({ actor, query }) =>
    readDeploymentsCalendar(actor, { from: new Date(query.from), until: new Date(query.until) }),
});

const list = defineRoute({
  method: "GET",
  path: "/calendar-rules",
  action: "calendar.read",
  summary: "Freezes and windows that hold now or later.",
  output: calendarRuleList,
  handler: ({ actor }) => listCalendarRules(actor),
});

const add = defineRoute({
  method: "POST",
  path: "/calendar-rules",
  action: "calendar.manage",
  summary: "Adds a freeze or a window. A freeze wins over every window.",
  body: calendarRuleSchema,
  output: calendarRuleList,
  status: 201,
  handler: ({ actor, body }) => addCalendarRule(actor, body),
});

const change = defineRoute({
  method: "PUT",
  path: "/calendar-rules/{ruleId}",
  action: "calendar.manage",
  summary: "Puts another freeze or window in the place of one, which stays on record as it was.",
  params: z.object({ ruleId: z.uuid() }),
  body: calendarRuleSchema,
  output: calendarRuleList,
  handler: ({ actor, params: { ruleId }, body }) => changeCalendarRule(actor, ruleId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/calendar-rules/{ruleId}",
  action: "calendar.manage",
  summary: "Takes a freeze or a window away, from now on.",
  params: z.object({ ruleId: z.uuid() }),
  output: calendarRuleList,
  handler: ({ actor, params: { ruleId } }) => removeCalendarRule(actor, ruleId),
});

export const calendarRoutes = [read, list, add, change, remove] as const;
