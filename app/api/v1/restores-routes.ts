import { z } from "zod";
import { definePublicDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { createLink } from "#lib/backups/commands/create-link.ts";
import { openLink } from "#lib/backups/commands/open-link.ts";
import { removeKept } from "#lib/backups/commands/remove-kept.ts";
import { removeRestore } from "#lib/backups/commands/remove-restore.ts";
import { revokeLink } from "#lib/backups/commands/revoke-link.ts";
import { startRestore } from "#lib/backups/commands/start-restore.ts";
import { startSwap } from "#lib/backups/commands/start-swap.ts";
import { getRestore } from "#lib/backups/queries/get-restore.ts";
import { listDestinations } from "#lib/backups/queries/list-destinations.ts";
import { listStanding } from "#lib/backups/queries/list-standing.ts";
import {
  destinationSchema,
  linkInputSchema,
  removeKeptInputSchema,
  restoreInputSchema,
  swapInputSchema,
} from "#lib/backups/schema/restore.ts";
import { backupLinkView, restoreView } from "#lib/backups/schema/views.ts";

const backupParams = z.object({ backupId: z.uuid() });
const restoreParams = z.object({ restoreId: z.uuid() });
const runAnswer = z.object({ runId: z.number().int() });

const destinations = defineRoute({
  method: "GET",
  path: "/backups/{backupId}/destinations",
  action: "backups.read",
  summary: "Where a restore point may be restored by who asks.",
  params: backupParams,
  output: z.object({ destinations: z.array(destinationSchema) }),
  handler: ({ actor, params: { backupId } }) => listDestinations(actor, backupId),
});

const restore = defineRoute({
  method: "POST",
  path: "/backups/{backupId}/restores",
  action: "backups.restore",
  summary: "Restores a point beside living data, or into its place; answers with the run.",
  params: backupParams,
  body: z.strictObject(restoreInputSchema.shape),
  output: z.object({ restoreId: z.string(), runId: z.number().int() }),
  status: 201,
  handler: ({ actor, params: { backupId }, body }) => startRestore(actor, backupId, body),
});

const read = defineRoute({
  method: "GET",
  path: "/restores/{restoreId}",
  action: "backups.read",
  summary: "One restore and how it went.",
  params: restoreParams,
  output: restoreView,
  handler: ({ actor, params: { restoreId } }) => getRestore(actor, restoreId),
});

const standing = defineRoute({
  method: "GET",
  path: "/restores",
  action: "backups.read",
  summary: "What restores have put beside a service's living data and nobody has removed yet, newest first.",
  query: z.object({ service: z.string().max(40) }),
  output: z.object({ restores: z.array(restoreView) }),
  handler: ({ actor, query }) => listStanding(actor, query),
});

const swap = defineRoute({
  method: "POST",
  path: "/restores/{restoreId}/swap",
  action: "backups.swap",
  summary: "Puts what was restored in the place of the living data; answers with the run.",
  params: restoreParams,
  body: z.strictObject(swapInputSchema.shape),
  output: runAnswer,
  status: 201,
  handler: ({ actor, params: { restoreId }, body }) => startSwap(actor, restoreId, body.confirm),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/restores/{restoreId}",
  action: "backups.restore",
  summary: "Removes what a restore made; answers with the run.",
  params: restoreParams,
  output: runAnswer,
  handler: ({ actor, params: { restoreId } }) => removeRestore(actor, restoreId),
});

const dropKept = defineRoute({
  method: "POST",
  path: "/restores/{restoreId}/remove-kept",
  action: "backups.removeKept",
  summary: "Removes what lived before a swap, for good; answers with the run.",
  params: restoreParams,
  body: z.strictObject(removeKeptInputSchema.shape),
  output: runAnswer,
  status: 201,
  handler: ({ actor, params: { restoreId }, body }) => removeKept(actor, restoreId, body),
});

const link = defineRoute({
  method: "POST",
  path: "/backups/{backupId}/links",
  action: "backups.link",
  summary: "Makes an address that gives a point to whoever has it, for a while. It is shown this once.",
  params: backupParams,
  body: z.strictObject(linkInputSchema.shape),
  output: z.object({ link: backupLinkView, url: z.string() }),
  status: 201,
  handler: ({ actor, params: { backupId }, body }) => createLink(actor, backupId, body),
});

const revoke = defineRoute({
  method: "DELETE",
  path: "/backup-links/{linkId}",
  action: "backups.read",
  summary: "Ends a download link before its time.",
  params: z.object({ linkId: z.uuid() }),
  output: z.object({}),
  handler: async ({ actor, params: { linkId } }) => {
    await revokeLink(actor, linkId);
    return {};
  },
});

const download = definePublicDownload({
  path: "/backup-downloads/{token}",
  summary: "The point behind a link: its one object, or a tar of them with the manifest.",
  params: z.object({ token: z.string().max(200) }),
  handler: async ({ params: { token }, request, requestId }) => {
    const { fileName, sizeBytes, body } = await openLink(token, {
      requestId,
      method: request.method,
      signal: request.signal,
    });
    const contentType = fileName.endsWith(".tar") ? "application/x-tar" : "application/octet-stream";
    return { fileName, sizeBytes, contentType, body };
  },
});

export const restoresRoutes = [
  destinations,
  restore,
  read,
  standing,
  swap,
  remove,
  dropKept,
  link,
  revoke,
  download,
] as const;
