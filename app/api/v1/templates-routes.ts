import { z } from "zod";
import { defineDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { startRestoreTest } from "#lib/backups/commands/start-restore-test.ts";
import { RESTORE_TEST } from "#lib/checklists/restore-test.ts";
import { previewTemplate } from "#lib/services/queries/preview-template.ts";
import {
  createTemplate,
  discardDraft,
  openDraft,
  publishDraft,
  saveDraft,
  withdrawVersion,
} from "#lib/templates/commands/edit-draft.ts";
import { startChecklist } from "#lib/templates/commands/start-checklist.ts";
import { readMarkdown } from "#lib/templates/markdown/read-markdown.ts";
import { writeMarkdown } from "#lib/templates/markdown/write-markdown.ts";
import { exportRun } from "#lib/templates/queries/export-run.ts";
import { exportTemplate } from "#lib/templates/queries/export-template.ts";
import { getTemplate } from "#lib/templates/queries/get-template.ts";
import { listTemplates } from "#lib/templates/queries/list-templates.ts";
import { exportedChecklist } from "#lib/templates/schema/export.ts";
import {
  newTemplateSchema,
  publishSchema,
  readMarkdownSchema,
  saveDraftSchema,
  startChecklistSchema,
  templateKey,
} from "#lib/templates/schema/input.ts";
import { readMarkdownView, templateList, templatePreview, templateView } from "#lib/templates/schema/views.ts";
import { runParams } from "./run-params.ts";

const params = z.object({ key: templateKey });
/** A number, the draft, what new runs are made with, or what the panel brings. */
const version = z.union([z.enum(["draft", "current", "built-in"]), z.coerce.number().int().min(1)]).default("current");
const rev = z.coerce.number().int();

const list = defineRoute({
  method: "GET",
  path: "/checklist-templates",
  action: "templates.read",
  summary: "The checklists an organisation may arrange, the panel's and its own.",
  output: templateList,
  handler: ({ actor }) => listTemplates(actor),
});

const create = defineRoute({
  method: "POST",
  path: "/checklist-templates",
  action: "templates.edit",
  summary: "Begins a checklist of the organisation's own, as a draft.",
  body: newTemplateSchema,
  output: templateView,
  status: 201,
  handler: ({ actor, body }) => createTemplate(actor, body),
});

const read = defineRoute({
  method: "GET",
  path: "/checklist-templates/{key}",
  action: "templates.read",
  summary: "A checklist with the items of one version.",
  params,
  query: z.object({ version }),
  output: templateView,
  handler: ({ actor, params: { key }, query }) => getTemplate(actor, key, query.version),
});

const open = defineRoute({
  method: "POST",
  path: "/checklist-templates/{key}/draft",
  action: "templates.edit",
  summary: "Begins a draft over a version, or gives the one there is.",
  params,
  body: z.strictObject({ from: version }),
  output: templateView,
  handler: ({ actor, params: { key }, body }) => openDraft(actor, key, body.from),
});

const save = defineRoute({
  method: "PUT",
  path: "/checklist-templates/{key}/draft",
  action: "templates.edit",
  summary: "Saves the draft; 409 when somebody else saved it since.",
  params,
  body: saveDraftSchema,
  output: templateView,
  handler: ({ actor, params: { key }, body }) => saveDraft(actor, key, body),
});

const discard = defineRoute({
  method: "DELETE",
  path: "/checklist-templates/{key}/draft",
  action: "templates.edit",
  summary: "Throws the draft away.",
  params,
  query: z.object({ rev }),
  output: z.object({}),
  handler: async ({ actor, params: { key }, query }) => {
    await discardDraft(actor, key, query.rev);
    return {};
  },
});

const publish = defineRoute({
  method: "POST",
  path: "/checklist-templates/{key}/publish",
  action: "templates.edit",
  summary: "Publishes the draft: new runs are made with it, runs that are under way keep theirs.",
  params,
  body: publishSchema,
  output: templateView,
  handler: ({ actor, params: { key }, body }) => publishDraft(actor, key, body),
});

const withdraw = defineRoute({
  method: "POST",
  path: "/checklist-templates/{key}/withdraw",
  action: "templates.edit",
  summary: "Takes the newest published version back; the one before it holds again.",
  params,
  body: z.strictObject({ version: z.number().int() }),
  output: templateView,
  handler: ({ actor, params: { key }, body }) => withdrawVersion(actor, key, body.version),
});

const preview = defineRoute({
  method: "GET",
  path: "/checklist-templates/{key}/preview",
  action: "templates.read",
  summary: "What a version would be for a service as it is answered now, or for a draft of a service.",
  params,
  query: z.object({ version, service: z.string().max(40).optional(), draft: z.uuid().optional() }),
  output: templatePreview,
  handler: ({ actor, params: { key }, query: { service, draft, version: which } }) =>
    previewTemplate(actor, key, which, { service, draft }),
});

const exported = defineRoute({
  method: "GET",
  path: "/checklist-templates/{key}/export",
  action: "templates.read",
  summary: "A version of a checklist as JSON.",
  params,
  query: z.object({ version }),
  output: exportedChecklist,
  handler: ({ actor, params: { key }, query }) => exportTemplate(actor, key, query.version),
});

const markdown = defineDownload({
  path: "/checklist-templates/{key}/markdown",
  action: "templates.read",
  summary: "A version of a checklist as nested boxes in Markdown, for a task manager.",
  params,
  query: z.object({ version }),
  handler: async ({ actor, params: { key }, query }) => {
    const checklist = await exportTemplate(actor, key, query.version);
    return toFile(`${key}.md`, writeMarkdown(checklist));
  },
});

const parse = defineRoute({
  method: "POST",
  path: "/checklist-templates/read-markdown",
  action: "templates.edit",
  summary: "What a list in Markdown would become. Keeps nothing.",
  body: readMarkdownSchema,
  output: readMarkdownView,
  handler: async ({ body }) => readMarkdown(body.markdown),
});

const runExport = defineRoute({
  method: "GET",
  path: "/runs/{runId}/checklist",
  action: "runs.read",
  summary: "A run as a list with its ticks, notes and evidence, and the answers it was made from.",
  params: runParams,
  output: exportedChecklist,
  handler: ({ actor, params: { runId } }) => exportRun(actor, runId),
});

const runMarkdown = defineDownload({
  path: "/runs/{runId}/checklist/markdown",
  action: "runs.read",
  summary: "The same as nested boxes in Markdown.",
  params: runParams,
  handler: async ({ actor, params: { runId } }) =>
    toFile(`run-${runId}.md`, writeMarkdown(await exportRun(actor, runId))),
});

const start = defineRoute({
  method: "POST",
  path: "/checklist-runs",
  action: "checklists.start",
  summary: "Starts a new project's checklist, a restore test, or a checklist of the organisation's own.",
  body: startChecklistSchema,
  output: z.object({ runId: z.number().int() }),
  status: 202,
  handler: ({ actor, body }) =>
    body.key === RESTORE_TEST.key
      ? startRestoreTest(actor, { service: body.service ?? "", environment: body.environment })
      : startChecklist(actor, body),
});

async function* piecesOf(text: string) {
  yield text;
}

const toFile = (fileName: string, text: string) => ({
  fileName,
  contentType: "text/plain; charset=utf-8" as const,
  sizeBytes: Buffer.byteLength(text),
  body: piecesOf(text),
});

export const templatesRoutes = [
  ...[list, create, parse, read, open, save, discard, publish, withdraw, preview, exported, markdown],
  ...[runExport, runMarkdown, start],
] as const;
