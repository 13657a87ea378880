import { z } from "zod";
import { approvalRuleSchema } from "./approval-rule.ts";
import { calendarRuleSchema } from "./release.ts";
import { deploymentRow, personView } from "./views.ts";

const instant = z.iso.datetime();

/** A freeze (deny) or a window (allow). */
export const calendarRuleView = z.object({
  id: z.string(),
  effect: z.enum(["allow", "deny"]),
  /** null: every service, every environment. */
  serviceName: z.string().nullable(),
  environment: z.string().nullable(),
  time: calendarRuleSchema.shape.time,
  reason: z.string(),
  by: personView.nullable(),
  createdAt: instant,
  /** The period that holds now. */
  now: z.object({ from: instant, until: instant }).nullable(),
  /** When it begins to hold next; null: never again. */
  next: instant.nullable(),
});
export const calendarRuleList = z.object({ rules: z.array(calendarRuleView), mayManage: z.boolean() });

/** What is planned and what was done, between two moments, with the times at which nothing may start. */
export const deploymentsCalendar = z.object({
  from: instant,
  until: instant,
  deployments: z.array(deploymentRow.extend({ serviceName: z.string() })),
  /** A period a line, of freezes and of windows. */
  periods: z.array(
    z.object({
      ruleId: z.string(),
      effect: z.enum(["allow", "deny"]),
      serviceName: z.string().nullable(),
      environment: z.string().nullable(),
      reason: z.string(),
      from: instant,
      until: instant,
    }),
  ),
});

export const approvalRuleView = approvalRuleSchema.extend({ id: z.string(), createdAt: instant });
export const approvalRuleList = z.object({
  rules: z.array(approvalRuleView),
  /** However lax the rules: so many everywhere but in staging. */
  least: z.number().int(),
  mayManage: z.boolean(),
});

/** A manager's vote, lent for a time. */
export const delegationView = z.object({
  id: z.string(),
  from: personView,
  to: personView,
  startsAt: instant,
  endsAt: instant,
  endedAt: instant.nullable(),
  state: z.enum(["coming", "holds", "over"]),
  mayEnd: z.boolean(),
});
export const delegationList = z.object({
  delegations: z.array(delegationView),
  mayLend: z.boolean(),
  /** To whom one may lend. */
  people: z.array(personView),
});
