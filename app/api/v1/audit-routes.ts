import { defineRoute } from "#lib/api/define-route.ts";
import { listAuditEvents } from "#lib/history/queries.ts";
import { AuditFilter, AuditPage } from "#lib/history/schema.ts";

const list = defineRoute({
  method: "GET",
  path: "/audit",
  action: "audit.read",
  summary: "Who did what, newest first.",
  query: AuditFilter,
  output: AuditPage,
  handler: ({ actor, query }) => listAuditEvents(actor, query),
});

export const auditRoutes = [list] as const;
