import { z } from "zod";
import { defineDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { adoptForeign, adoptMany } from "#lib/dns/commands/adopt-foreign.ts";
import { allowZoneChanges } from "#lib/dns/commands/allow-changes.ts";
import { importZone, previewImport } from "#lib/dns/commands/import-zone.ts";
import { requestDryRun, requestFullPass } from "#lib/dns/commands/request-sync.ts";
import { ZONE_FILE_BYTES_MAX } from "#lib/dns/constants.ts";
import { exportZone } from "#lib/dns/queries/export-zone.ts";
import { getZone, listForeign, listZones } from "#lib/dns/queries/list-zones.ts";
import {
  adoptForeignInput,
  adoptManyInput,
  adoptManyResult,
  allowInput,
  foreignPage,
  importInput,
  importPreview,
  importResult,
  runStarted,
  syncInput,
  zoneList,
  zoneView,
} from "#lib/dns/schema/zones.ts";

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

const allow = defineRoute({
  method: "POST",
  path: "/zones/{zoneId}/allow",
  action: "zones.allow",
  summary: "Allows exactly the changes that a held zone waits with, once.",
  params,
  body: allowInput,
  output: runStarted,
  status: 202,
  handler: ({ actor, params: { zoneId }, body: { planHash } }) => allowZoneChanges(actor, zoneId, planHash),
});

const adopt = defineRoute({
  method: "POST",
  path: "/zones/{zoneId}/adopt",
  action: "records.adoptForeign",
  summary: "Takes over several record sets that somebody else made in Route 53, as they stand.",
  params,
  body: adoptManyInput,
  output: adoptManyResult,
  handler: ({ actor, params: { zoneId }, body }) => adoptMany(actor, zoneId, body),
});

const adoptOne = defineRoute({
  method: "POST",
  path: "/foreign-records/{foreignId}/adopt",
  action: "records.adoptForeign",
  summary: "Takes over one record set that somebody else made in Route 53, as it stands.",
  params: z.object({ foreignId: z.uuid() }),
  body: adoptForeignInput,
  output: z.object({ id: z.string() }),
  handler: ({ actor, params: { foreignId }, body }) => adoptForeign(actor, foreignId, body),
});

/** JSON writes many characters of a file as two. */
const maxBodyBytes = 2 * ZONE_FILE_BYTES_MAX;

const checkImport = defineRoute({
  method: "POST",
  path: "/zones/{zoneId}/import/check",
  action: "zones.import",
  summary: "Says line by line what importing a BIND zone file would do. Changes nothing.",
  params,
  body: importInput,
  output: importPreview,
  maxBodyBytes,
  handler: ({ actor, params: { zoneId }, body }) => previewImport(actor, zoneId, body),
});

const doImport = defineRoute({
  method: "POST",
  path: "/zones/{zoneId}/import",
  action: "zones.import",
  summary: "Imports a BIND zone file: new records are made, those that stand in Route 53 just so are taken over.",
  params,
  body: importInput,
  output: importResult,
  maxBodyBytes,
  handler: ({ actor, params: { zoneId }, body }) => importZone(actor, zoneId, body),
});

const download = defineDownload({
  path: "/zones/{zoneId}/export",
  action: "zones.read",
  summary: "The panel's records of a zone as a BIND zone file; with those of others if asked.",
  params,
  query: z.object({ foreign: z.stringbool().optional() }),
  handler: async ({ actor, params: { zoneId }, query }) => ({
    ...(await exportZone(actor, zoneId, query)),
    contentType: "text/plain; charset=utf-8",
  }),
});

export const zonesRoutes = [
  list,
  read,
  foreign,
  sync,
  allow,
  adopt,
  adoptOne,
  checkImport,
  doImport,
  download,
] as const;
