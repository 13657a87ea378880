import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { getDelivery } from "#lib/releases/queries/get-delivery.ts";
import { deliveryQuery, deliveryView } from "#lib/releases/schema/delivery.ts";

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/delivery",
  action: "deployments.read",
  summary: "Lead time, failure rate and time to restore of an environment, week by week.",
  params: z.object({ serviceName: z.string().max(40) }),
  query: deliveryQuery,
  output: deliveryView,
  handler: ({ actor, params: { serviceName }, query }) => getDelivery(actor, serviceName, query),
});

export const deliveryRoutes = [read] as const;
