import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { decideDataChange } from "#lib/data-changes/commands/decide-data-change.ts";
import { reportDataChange } from "#lib/data-changes/commands/report-data-change.ts";
import { previewDataChange, startDataChange } from "#lib/data-changes/commands/start-runs.ts";
import {
  cancelDataChange,
  createDataChange,
  editDataChange,
  proposeDataChange,
} from "#lib/data-changes/commands/write-data-change.ts";
import { getDataChange } from "#lib/data-changes/queries/get-data-change.ts";
import { listChoices, listDataChanges } from "#lib/data-changes/queries/list-data-changes.ts";
import {
  afterActionSchema,
  decisionSchema,
  editDataChangeSchema,
  listQuery,
  newDataChangeSchema,
  startSchema,
  versionSchema,
} from "#lib/data-changes/schema/input.ts";
import {
  dataChangeChoices,
  dataChangePage,
  dataChangeView,
  startedDataChange,
} from "#lib/data-changes/schema/views.ts";

const params = z.object({ dataChangeId: z.uuid() });
const BODY_MAX_BYTES = 1024 * 1024;

const list = defineRoute({
  method: "GET",
  path: "/data-changes",
  action: "dataChanges.read",
  summary: "Changes of production data, the newest first.",
  query: listQuery,
  output: dataChangePage,
  handler: ({ actor, query }) => listDataChanges(actor, query),
});

const choices = defineRoute({
  method: "GET",
  path: "/data-changes/databases",
  action: "dataChanges.write",
  summary: "Databases that a data change may be written for.",
  output: dataChangeChoices,
  handler: ({ actor }) => listChoices(actor),
});

const create = defineRoute({
  method: "POST",
  path: "/data-changes",
  action: "dataChanges.write",
  summary: "Begins a before-action report, as a draft.",
  body: newDataChangeSchema,
  output: dataChangeView,
  status: 201,
  maxBodyBytes: BODY_MAX_BYTES,
  handler: ({ actor, body }) => createDataChange(actor, body),
});

const read = defineRoute({
  method: "GET",
  path: "/data-changes/{dataChangeId}",
  action: "dataChanges.read",
  summary: "One data change: what it says, how it stands, what you may do with it.",
  params,
  output: dataChangeView,
  handler: ({ actor, params: { dataChangeId } }) => getDataChange(actor, dataChangeId),
});

const edit = defineRoute({
  method: "PUT",
  path: "/data-changes/{dataChangeId}",
  action: "dataChanges.write",
  summary: "Changes the before-action report; an approval and a preview of the text before are void.",
  params,
  body: editDataChangeSchema,
  output: dataChangeView,
  maxBodyBytes: BODY_MAX_BYTES,
  handler: ({ actor, params: { dataChangeId }, body }) => editDataChange(actor, dataChangeId, body),
});

const propose = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/propose",
  action: "dataChanges.write",
  summary: "Lays it before somebody else.",
  params,
  body: versionSchema,
  output: dataChangeView,
  handler: ({ actor, params: { dataChangeId }, body }) => proposeDataChange(actor, dataChangeId, body.version),
});

const decide = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/decisions",
  action: "dataChanges.approve",
  summary: "Approves or rejects the text that was read. Nobody approves what they proposed or edited.",
  params,
  body: decisionSchema,
  output: dataChangeView,
  handler: ({ actor, params: { dataChangeId }, body }) => decideDataChange(actor, dataChangeId, body),
});

const preview = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/preview",
  action: "dataChanges.carryOut",
  summary: "Tries the statements in a transaction that is taken back, and counts the rows.",
  params,
  output: startedDataChange,
  status: 202,
  handler: ({ actor, params: { dataChangeId } }) => previewDataChange(actor, dataChangeId),
});

const start = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/run",
  action: "dataChanges.carryOut",
  summary: "Carries it out, once: a proven backup, then one transaction whose counts must be those of the preview.",
  params,
  body: startSchema,
  output: startedDataChange,
  status: 202,
  handler: ({ actor, params: { dataChangeId }, body }) => startDataChange(actor, dataChangeId, body),
});

const report = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/report",
  action: "dataChanges.carryOut",
  summary: "Writes the after-action report, which closes it.",
  params,
  body: afterActionSchema,
  output: dataChangeView,
  handler: ({ actor, params: { dataChangeId }, body }) => reportDataChange(actor, dataChangeId, body),
});

const cancel = defineRoute({
  method: "POST",
  path: "/data-changes/{dataChangeId}/cancel",
  action: "dataChanges.read",
  summary: "Withdraws it: nothing was done yet, and nothing will be.",
  params,
  output: dataChangeView,
  handler: ({ actor, params: { dataChangeId } }) => cancelDataChange(actor, dataChangeId),
});

export const dataChangesRoutes = [
  list,
  choices,
  create,
  read,
  edit,
  propose,
  decide,
  preview,
  start,
  report,
  cancel,
] as const;
