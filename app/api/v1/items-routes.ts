import { z } from "zod";
import { defineDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { RUN_HOOKS } from "#lib/hooks/run-hooks.ts";
import { addEvidence, removeEvidence } from "#lib/runs/commands/add-evidence.ts";
import { claimItem, releaseItem } from "#lib/runs/commands/claim-item.ts";
import { saveItem } from "#lib/runs/commands/save-item.ts";
import { waiveItem } from "#lib/runs/commands/waive-item.ts";
import { EVIDENCE_FILE_MAX_BYTES, ITEM_VIEWS } from "#lib/runs/constants.ts";
import { getItem, readEvidenceFile } from "#lib/runs/queries/get-item.ts";
import { getRun } from "#lib/runs/queries/get-run.ts";
import { listItems } from "#lib/runs/queries/list-items.ts";
import { itemView, openItemPage, runView } from "#lib/runs/schema.ts";
import { rowId } from "./run-params.ts";

const itemParams = z.object({ stepId: rowId });
const evidenceParams = z.object({ stepId: rowId, evidenceId: z.guid() });
/** Base64 is a third longer; the rest is its name and the words around it. */
const UPLOAD_MAX_BYTES = Math.ceil((EVIDENCE_FILE_MAX_BYTES * 4) / 3) + 32 * 1024;
const instant = z.iso.datetime({ offset: true });

const list = defineRoute({
  method: "GET",
  path: "/items",
  action: "items.list",
  summary: "Items of checklists that wait for people: the soonest due first, a page at a time.",
  query: z.object({
    /** Part of a title, or the beginning of a service's name. */
    q: z.string().max(100).optional(),
    /** Those for the reader when left out. */
    view: z.enum(ITEM_VIEWS).optional(),
    /** `next` of the page before. */
    after: z.string().max(40).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: openItemPage,
  handler: ({ actor, query: { q, ...query } }) => listItems(actor, { search: q, ...query }),
});

const read = defineRoute({
  method: "GET",
  path: "/items/{stepId}",
  action: "items.list",
  summary: "An item: what is written down, who has it, what shows it, and until when.",
  params: itemParams,
  output: itemView,
  handler: ({ actor, params }) => getItem(actor, params.stepId),
});

const save = defineRoute({
  method: "PUT",
  path: "/items/{stepId}",
  action: "items.edit",
  summary:
    "Writes down how far an item is and until when; 409 when somebody wrote in the meantime. Answers with its run.",
  params: itemParams,
  body: z.strictObject({
    /** `rev` of the item as it was read. */
    itemRev: z.number().int().positive(),
    note: z.string().max(10_000),
    dueBy: instant.nullable().optional(),
  }),
  output: runView,
  handler: async ({ actor, params, body }) => getRun(actor, (await saveItem(actor, params.stepId, body)).runId),
});

const claim = defineRoute({
  method: "POST",
  path: "/items/{stepId}/claim",
  action: "items.edit",
  summary: "Takes an item; from somebody else only with takeOver. Answers with its run.",
  params: itemParams,
  body: z.strictObject({ takeOver: z.boolean().default(false) }),
  output: runView,
  handler: async ({ actor, params, body }) => getRun(actor, (await claimItem(actor, params.stepId, body)).runId),
});

const release = defineRoute({
  method: "POST",
  path: "/items/{stepId}/release",
  action: "items.edit",
  summary: "Gives an item back; answers with its run.",
  params: itemParams,
  output: runView,
  handler: async ({ actor, params }) => getRun(actor, (await releaseItem(actor, params.stepId)).runId),
});

const waive = defineRoute({
  method: "POST",
  path: "/items/{stepId}/waive",
  action: "items.waive",
  summary: "Does without an item for a reason and for a time, at most a year; answers with its run.",
  params: itemParams,
  body: z.strictObject({ reason: z.string().max(1_000), until: instant }),
  output: runView,
  handler: async ({ actor, params, body }) =>
    getRun(actor, (await waiveItem(actor, params.stepId, body, RUN_HOOKS)).runId),
});

const add = defineRoute({
  method: "POST",
  path: "/items/{stepId}/evidence",
  action: "items.edit",
  summary: "Puts a note, a link or a file of at most 10 MB to an item; answers with its run.",
  params: itemParams,
  body: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("note"), text: z.string().max(10_000) }),
    z.strictObject({ kind: z.literal("link"), text: z.string().max(10_000) }),
    z.strictObject({
      kind: z.literal("file"),
      /** What it shows. */
      text: z.string().max(10_000),
      fileName: z.string().trim().min(1, "needs a name").max(255),
      mediaType: z.string().max(100).default(""),
      base64: z.string(),
    }),
  ]),
  maxBodyBytes: UPLOAD_MAX_BYTES,
  output: runView,
  handler: async ({ actor, params, body }) => getRun(actor, (await addEvidence(actor, params.stepId, body)).runId),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/items/{stepId}/evidence/{evidenceId}",
  action: "items.edit",
  summary: "Takes a piece of evidence back while the item is open; answers with its run.",
  params: evidenceParams,
  output: runView,
  handler: async ({ actor, params }) => getRun(actor, (await removeEvidence(actor, params)).runId),
});

const file = defineDownload({
  path: "/items/{stepId}/evidence/{evidenceId}/file",
  action: "items.readFiles",
  summary: "The bytes of a file that was put to an item, to be saved, never shown.",
  params: evidenceParams,
  handler: async ({ actor, params }) => {
    const { name, size, body } = await readEvidenceFile(actor, params);
    return { fileName: name, contentType: "application/octet-stream", sizeBytes: size, body: once(body) };
  },
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const itemsRoutes = [list, read, save, claim, release, waive, add, remove, file] as const;
