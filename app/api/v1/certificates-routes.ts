import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { deleteCertificate } from "#lib/certificates/commands/delete-certificate.ts";
import { renewNow, retryCertificate, revokeNow, setAutoRenew } from "#lib/certificates/commands/manage-certificate.ts";
import { requestCertificate, requestPersonal } from "#lib/certificates/commands/request-certificate.ts";
import { CERTIFICATE_FILTERS } from "#lib/certificates/constants.ts";
import { checkRequest } from "#lib/certificates/queries/check-request.ts";
import { getCertificate } from "#lib/certificates/queries/get-certificate.ts";
import { listCertificates } from "#lib/certificates/queries/list-certificates.ts";
import { listPlaces } from "#lib/certificates/queries/list-places.ts";
import { readCalendar } from "#lib/certificates/queries/read-calendar.ts";
import {
  certificateCalendar,
  certificateCheck,
  certificateCheckRequest,
  certificatePage,
  certificatePlaces,
  certificateRequest,
  certificateView,
  requestedCertificate,
  revokeRequest,
} from "#lib/certificates/schema.ts";

const params = z.object({ certificateId: z.uuid() });
const startedRun = z.object({ runId: z.number().int() });

const list = defineRoute({
  method: "GET",
  path: "/certificates",
  action: "certificates.read",
  summary: "Certificates, those that end first in front, a page at a time.",
  query: z.object({
    /** A part of a name, of the service's name, or the serial number's beginning. */
    q: z.string().max(300).optional(),
    owner: z.literal("me").optional(),
    service: z.string().max(40).optional(),
    /** Without it: everything but what was revoked. */
    state: z.enum(CERTIFICATE_FILTERS).optional(),
    /** Ends within so many days, or has ended. */
    expiring: z.coerce.number().int().min(0).max(3650).optional(),
    after: z.string().max(120).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: certificatePage,
  handler: ({ actor, query: { owner, ...filter } }) => listCertificates(actor, { ...filter, mine: owner === "me" }),
});

const calendar = defineRoute({
  method: "GET",
  path: "/certificates/calendar",
  action: "certificates.read",
  summary: "Issued certificates by the month in which they end.",
  output: certificateCalendar,
  handler: ({ actor }) => readCalendar(actor),
});

const places = defineRoute({
  method: "GET",
  path: "/certificates/places",
  action: "certificates.read",
  summary: "Under which names the asker may have certificates.",
  output: certificatePlaces,
  handler: ({ actor }) => listPlaces(actor),
});

const check = defineRoute({
  method: "POST",
  path: "/certificates/check",
  action: "certificates.request",
  summary: "What asking for these names, or with this certificate request, would lead to. Changes nothing.",
  body: certificateCheckRequest,
  output: certificateCheck,
  handler: ({ actor, body }) => checkRequest(actor, body),
});

const request = defineRoute({
  method: "POST",
  path: "/certificates",
  action: "certificates.request",
  summary: "Asks for a certificate; answers with the one there is for these names, or with the run that orders it.",
  body: certificateRequest,
  output: requestedCertificate,
  status: 202,
  handler: ({ actor, body }) => requestCertificate(actor, body),
});

const personal = defineRoute({
  method: "POST",
  path: "/certificates/personal",
  action: "certificates.request",
  summary: "Asks for the asker's own wildcard: *.user.root and user.root.",
  output: requestedCertificate,
  status: 202,
  handler: ({ actor }) => requestPersonal(actor),
});

const read = defineRoute({
  method: "GET",
  path: "/certificates/{certificateId}",
  action: "certificates.read",
  summary: "A certificate with its orders, deliveries and what its host names serve. Never its key.",
  params,
  output: certificateView,
  handler: ({ actor, params: { certificateId } }) => getCertificate(actor, certificateId),
});

const update = defineRoute({
  method: "PATCH",
  path: "/certificates/{certificateId}",
  action: "certificates.renew",
  summary: "Whether the panel renews it by itself.",
  params,
  body: z.strictObject({ autoRenew: z.boolean() }),
  output: certificateView,
  handler: async ({ actor, params: { certificateId }, body }) => {
    await setAutoRenew(actor, certificateId, body.autoRenew);
    return getCertificate(actor, certificateId);
  },
});

const renew = defineRoute({
  method: "POST",
  path: "/certificates/{certificateId}/renew",
  action: "certificates.renew",
  summary: "Renews it now; what is served stays until the new one is stored.",
  params,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { certificateId } }) => renewNow(actor, certificateId),
});

const retry = defineRoute({
  method: "POST",
  path: "/certificates/{certificateId}/retry",
  action: "certificates.renew",
  summary: "Tries again to issue one that failed.",
  params,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { certificateId } }) => retryCertificate(actor, certificateId),
});

const revoke = defineRoute({
  method: "POST",
  path: "/certificates/{certificateId}/revoke",
  action: "certificates.revoke",
  summary: "Revokes it at the authority, for good. The first name says that this one is meant.",
  params,
  body: revokeRequest,
  output: startedRun,
  status: 202,
  handler: ({ actor, params: { certificateId }, body }) => revokeNow(actor, certificateId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/certificates/{certificateId}",
  action: "certificates.delete",
  summary: "Takes one that was revoked or never issued out of the panel.",
  params,
  output: z.null(),
  handler: async ({ actor, params: { certificateId } }) => {
    await deleteCertificate(actor, certificateId);
    return null;
  },
});

export const certificatesRoutes = [
  list,
  calendar,
  places,
  check,
  request,
  personal,
  read,
  update,
  renew,
  retry,
  revoke,
  remove,
] as const;
