import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { assignRecord } from "#lib/dns/commands/assign-record.ts";
import { createRecord } from "#lib/dns/commands/create-record.ts";
import { editRecord } from "#lib/dns/commands/edit-record.ts";
import { deleteRecord, restoreRecord } from "#lib/dns/commands/remove-and-restore.ts";
import { renewRecord } from "#lib/dns/commands/renew-record.ts";
import { adoptDrift, putRightDrift } from "#lib/dns/commands/settle-drift.ts";
import { RECORD_STATES, RECORD_TYPES } from "#lib/dns/constants.ts";
import { getAnswers } from "#lib/dns/queries/get-answers.ts";
import { getRecord } from "#lib/dns/queries/get-record.ts";
import { checkWantedRecord } from "#lib/dns/queries/judge-record.ts";
import { listPlaces } from "#lib/dns/queries/list-places.ts";
import { listRecords } from "#lib/dns/queries/list-records.ts";
import {
  checkRecordInput,
  createRecordInput,
  editRecordInput,
  recordAnswers,
  recordDetail,
  recordFindings,
  recordPage,
  recordPlaces,
} from "#lib/dns/schema/records.ts";
import { assignRecordInput } from "#lib/dns/schema/zones.ts";

const params = z.object({ recordId: z.uuid() });

const list = defineRoute({
  method: "GET",
  path: "/records",
  action: "records.list",
  summary: "DNS records the panel keeps, by name, a page at a time.",
  query: z.object({
    /** A part of the name, a value or the description. */
    q: z.string().max(200).optional(),
    /** A zone's name. */
    zone: z.string().max(253).optional(),
    /** Left out: everything that is not removed. */
    state: z.enum(["active", ...RECORD_STATES]).optional(),
    type: z.enum(RECORD_TYPES).optional(),
    /** Only one's own, and those of one's services. */
    mine: z.stringbool().optional(),
    /** A service's name. */
    service: z.string().max(40).optional(),
    after: z.string().max(300).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  output: recordPage,
  handler: ({ actor, query }) => listRecords(actor, query),
});

const places = defineRoute({
  method: "GET",
  path: "/records/places",
  action: "records.list",
  summary: "Where the reader may make records, and how many more.",
  output: recordPlaces,
  handler: ({ actor }) => listPlaces(actor),
});

const check = defineRoute({
  method: "POST",
  path: "/records/check",
  action: "records.list",
  summary: "Says what stands in the way of a record, by field. Changes nothing.",
  body: checkRecordInput,
  output: recordFindings,
  handler: ({ actor, body }) => checkWantedRecord(actor, body),
});

const create = defineRoute({
  method: "POST",
  path: "/records",
  action: "records.create",
  summary: "Makes a record; the name decides whose it is. It is written to Route 53 within seconds.",
  body: createRecordInput,
  output: recordDetail,
  status: 201,
  handler: async ({ actor, body }) => getRecord(actor, (await createRecord(actor, body)).id),
});

const read = defineRoute({
  method: "GET",
  path: "/records/{recordId}",
  action: "records.read",
  summary: "A record with what was done to it.",
  params,
  output: recordDetail,
  handler: ({ actor, params: { recordId } }) => getRecord(actor, recordId),
});

const edit = defineRoute({
  method: "PATCH",
  path: "/records/{recordId}",
  action: "records.edit",
  summary: "Changes what a record answers; refused when it is no longer the version that was seen.",
  params,
  body: editRecordInput,
  output: recordDetail,
  handler: async ({ actor, params: { recordId }, body }) =>
    getRecord(actor, (await editRecord(actor, recordId, body)).id),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/records/{recordId}",
  action: "records.delete",
  summary: "Removes a record. It can be restored for some days.",
  params,
  query: z.object({ version: z.coerce.number().int().optional() }),
  output: recordDetail,
  handler: async ({ actor, params: { recordId }, query }) =>
    getRecord(actor, (await deleteRecord(actor, recordId, query.version)).id),
});

const restore = defineRoute({
  method: "POST",
  path: "/records/{recordId}/restore",
  action: "records.restore",
  summary: "Brings a removed record back as it was.",
  params,
  output: recordDetail,
  handler: async ({ actor, params: { recordId } }) => getRecord(actor, (await restoreRecord(actor, recordId)).id),
});

const renew = defineRoute({
  method: "POST",
  path: "/records/{recordId}/renew",
  action: "records.renew",
  summary: "Lets a personal record stay for another lifetime, from now.",
  params,
  output: recordDetail,
  handler: async ({ actor, params: { recordId } }) => getRecord(actor, (await renewRecord(actor, recordId)).id),
});

const adopt = defineRoute({
  method: "POST",
  path: "/records/{recordId}/adopt",
  action: "records.adopt",
  summary: "Makes what somebody changed outside the panel what is wanted.",
  params,
  output: recordDetail,
  handler: async ({ actor, params: { recordId } }) => getRecord(actor, (await adoptDrift(actor, recordId)).id),
});

const putRight = defineRoute({
  method: "POST",
  path: "/records/{recordId}/put-right",
  action: "records.putRight",
  summary: "Writes what is wanted over what somebody changed outside the panel.",
  params,
  output: recordDetail,
  handler: async ({ actor, params: { recordId } }) => getRecord(actor, (await putRightDrift(actor, recordId)).id),
});

const assign = defineRoute({
  method: "POST",
  path: "/records/{recordId}/assign",
  action: "records.assign",
  summary: "Gives a record whose name is nobody's own to a person, a service, or back to the administrators.",
  params,
  body: assignRecordInput,
  output: recordDetail,
  handler: async ({ actor, params: { recordId }, body }) =>
    getRecord(actor, (await assignRecord(actor, recordId, body)).id),
});

const answers = defineRoute({
  method: "GET",
  path: "/records/{recordId}/answers",
  action: "records.read",
  summary: "What every name server of the zone and some resolvers answer now.",
  params,
  output: recordAnswers,
  handler: ({ actor, params: { recordId } }) => getAnswers(actor, recordId),
});

export const recordsRoutes = [
  list,
  places,
  check,
  create,
  read,
  edit,
  remove,
  restore,
  renew,
  adopt,
  putRight,
  assign,
  answers,
] as const;
