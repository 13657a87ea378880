import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { requestDryRun, requestFullPass } from "#lib/dns/commands/request-sync.ts";
import { getZone, listForeign, listZones } from "#lib/dns/queries/list-zones.ts";
import { foreignPage, runStarted, syncInput, zoneList, zoneView } from "#lib/dns/schema/zones.ts";

const params = z.object({ zoneId: z.uuid() });

const list = defineRoute({
  method: "GET",
  path: "/zones",
  action: "zones.read",
  summary: "The hosted zones the panel looks after, with how many records are how.",
  output: zoneList,
  handler: ({ actor }) => listZones(actor),
});

const read = defineRoute({
  method: "GET",
  path: "/zones/{zoneId}",
  action: "zones.read",
  summary: "One hosted zone.",
  params,
  output: zoneView,
  handler: ({ actor, params: { zoneId } }) => getZone(actor, zoneId),
});

const foreign = defineRoute({
  method: "GET",
  path: "/zones/{zoneId}/foreign",
  action: "zones.read",
  summary: "Record sets of a zone that the panel did not make, as the last full pass saw them.",
  params,
  query: z.object({ q: z.string().max(200).optional(), after: z.string().max(300).optional() }),
  output: foreignPage,
  handler: ({ actor, params: { zoneId }, query }) => listForeign(actor, zoneId, query),
});

const sync = defineRoute({
  method: "POST",
  path: "/zones/{zoneId}/sync",
  action: "zones.sync",
  summary: "Compares the whole zone with its records now; as a plan, it changes nothing and says what it would.",
  params,
  body: syncInput,
  output: runStarted,
  status: 202,
  handler: ({ actor, params: { zoneId }, body: { mode } }) =>
    mode === "plan" ? requestDryRun(actor, zoneId) : requestFullPass(actor, zoneId),
});

export const zonesRoutes = [list, read, foreign, sync] as const;
