import { defineRoute } from "#lib/api/define-route.ts";
import { previewCalendarRule } from "#lib/releases/queries/preview-calendar-rule.ts";
import { calendarPreviewSchema, calendarRulePreview } from "#lib/releases/schema/calendar-preview.ts";

const preview = defineRoute({
  method: "POST",
  path: "/calendar-rules/preview",
  action: "calendar.read",
  summary: "When a freeze or a window would hold next, before it is made.",
  body: calendarPreviewSchema,
  output: calendarRulePreview,
  handler: async ({ actor, body }) => previewCalendarRule(actor, body),
});

export const calendarPreviewRoutes = [preview] as const;
