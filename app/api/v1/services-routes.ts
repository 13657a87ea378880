import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { SERVICE_STATES } from "#lib/services/constants.ts";
import { getService } from "#lib/services/queries/get-service.ts";
import { listServices, SERVICE_SORTS } from "#lib/services/queries/list-services.ts";
import { servicePage, serviceView } from "#lib/services/schema/views.ts";

const list = defineRoute({
  method: "GET",
  path: "/services",
  action: "services.list",
  summary: "Services, a page at a time.",
  query: z.object({
    /** A part of the name, a host name or the purpose. */
    q: z.string().max(200).optional(),
    state: z.enum(SERVICE_STATES).optional(),
    owner: z.literal("me").optional(),
    sort: z.enum(SERVICE_SORTS).optional(),
    after: z.string().max(120).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: servicePage,
  handler: ({ actor, query: { owner, ...filter } }) => listServices(actor, { ...filter, mine: owner === "me" }),
});

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}",
  action: "services.read",
  summary: "A service with everything its page shows.",
  params: z.object({ serviceName: z.string().max(40) }),
  output: serviceView,
  handler: ({ actor, params }) => getService(actor, params.serviceName),
});

export const servicesRoutes = [list, read] as const;
