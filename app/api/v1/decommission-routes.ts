import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { planDecommission } from "#lib/decommission/commands/plan-decommission.ts";
import { startDecommission } from "#lib/decommission/commands/start-decommission.ts";
import { getDecommission } from "#lib/decommission/queries/get-decommission.ts";
import { choicesSchema, decommissionView, startSchema } from "#lib/decommission/schema.ts";

const params = z.object({ serviceName: z.string().max(40) });

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/decommission",
  action: "services.read",
  summary: "What taking a service down is about: what there is to decide, who has a say, what is left of it.",
  params,
  output: decommissionView,
  handler: ({ actor, params: { serviceName } }) => getDecommission(actor, serviceName),
});

const plan = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/decommission/plan",
  action: "services.decommission",
  summary: "Asks every step what it would take away, touching nothing; answers with the run that asks.",
  params,
  body: choicesSchema,
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor, params: { serviceName }, body }) => planDecommission(actor, serviceName, body),
});

const start = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/decommission",
  action: "services.decommission",
  summary: "Takes a service down as it was planned; answers with the run.",
  params,
  body: startSchema,
  output: z.object({ runId: z.number().int(), created: z.boolean() }),
  status: 202,
  handler: ({ actor, params: { serviceName }, body }) => startDecommission(actor, serviceName, body),
});

export const decommissionRoutes = [read, plan, start] as const;
