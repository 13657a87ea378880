import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import {
  addDelivery,
  deliverNow,
  deliveryRequest,
  removeDelivery,
} from "#lib/certificates/commands/manage-deliveries.ts";
import { listServed } from "#lib/certificates/queries/list-served.ts";
import { servedView } from "#lib/certificates/schema.ts";

const params = z.object({ certificateId: z.uuid() });
const deliveryParams = z.object({ certificateId: z.uuid(), deliveryId: z.uuid() });
const startedRun = z.object({ runId: z.number().int() });

const add = defineRoute({
  method: "POST",
  path: "/certificates/{certificateId}/deliveries",
  action: "certificates.deliver",
  summary:
    "Names a place for a certificate: a service's containers, or the reverse proxy. It is brought there now and after every renewal.",
  params,
  body: deliveryRequest,
  output: startedRun.extend({ deliveryId: z.string() }),
  status: 202,
  handler: ({ actor, params: { certificateId }, body }) => addDelivery(actor, certificateId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/certificates/{certificateId}/deliveries/{deliveryId}",
  action: "certificates.deliver",
  summary: "Takes a certificate away from a place.",
  params: deliveryParams,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { certificateId, deliveryId } }) => removeDelivery(actor, certificateId, deliveryId),
});

const again = defineRoute({
  method: "POST",
  path: "/certificates/{certificateId}/deliver",
  action: "certificates.deliver",
  summary: "Brings a certificate to all its places once more.",
  params,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { certificateId } }) => deliverNow(actor, certificateId),
});

const served = defineRoute({
  method: "GET",
  path: "/certificates/{certificateId}/served",
  action: "certificates.read",
  summary: "What the certificate's host names really serve, as last seen from the worker.",
  params,
  output: z.object({ served: z.array(servedView) }),
  handler: async ({ actor, params: { certificateId } }) => ({ served: await listServed(actor, certificateId) }),
});

export const deliveriesRoutes = [add, remove, again, served] as const;
