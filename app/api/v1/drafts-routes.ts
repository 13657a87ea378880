import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { createDraft } from "#lib/services/commands/create-draft.ts";
import { deleteDraft } from "#lib/services/commands/delete-draft.ts";
import { removeDraftSecret, setDraftSecret } from "#lib/services/commands/draft-secrets.ts";
import { planService } from "#lib/services/commands/plan-service.ts";
import { startProvisioning } from "#lib/services/commands/start-provisioning.ts";
import { updateDraft } from "#lib/services/commands/update-draft.ts";
import { GROUP_KEYS } from "#lib/services/constants.ts";
import { checkDraft } from "#lib/services/queries/check-draft.ts";
import { getDraft, listDrafts } from "#lib/services/queries/read-draft.ts";
import { getWizardChoices } from "#lib/services/queries/wizard-choices.ts";
import { draftCheck, draftSummary, draftView, wizardChoices } from "#lib/services/schema/views.ts";

const draftParams = z.object({ draftId: z.uuid() });
const secretParams = draftParams.extend({ secretName: z.string().max(100) });
/** A form's fields by group; what a group does not ask for is dropped by the command. */
const answerChanges = z.record(z.string().max(40), z.record(z.string().max(60), z.unknown()));

const listAll = defineRoute({
  method: "GET",
  path: "/drafts",
  action: "drafts.list",
  summary: "Drafts of services that are not live yet, the last saved first.",
  output: z.object({ items: z.array(draftSummary) }),
  handler: async ({ actor }) => ({ items: await listDrafts(actor) }),
});

const create = defineRoute({
  method: "POST",
  path: "/drafts",
  action: "drafts.create",
  summary: "Begins a new service: an empty draft.",
  output: draftView,
  status: 201,
  handler: ({ actor }) => createDraft(actor),
});

const read = defineRoute({
  method: "GET",
  path: "/drafts/{draftId}",
  action: "drafts.read",
  summary: "A draft: its answers, and what is wrong with them, group by group.",
  params: draftParams,
  output: draftView,
  handler: ({ actor, params }) => getDraft(actor, params.draftId),
});

const update = defineRoute({
  method: "PATCH",
  path: "/drafts/{draftId}",
  action: "drafts.update",
  summary: "Saves answers as they are typed. A stale rev is a 409: read the draft again.",
  params: draftParams,
  body: z.strictObject({
    rev: z.number().int().min(1),
    group: z.enum(GROUP_KEYS).optional(),
    answers: answerChanges.optional(),
  }),
  output: draftView,
  maxBodyBytes: 256 * 1024,
  handler: ({ actor, params, body }) => updateDraft(actor, params.draftId, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/drafts/{draftId}",
  action: "drafts.delete",
  summary: "Throws a draft away, with the secrets given for it.",
  params: draftParams,
  output: z.null(),
  handler: async ({ actor, params }) => {
    await deleteDraft(actor, params.draftId);
    return null;
  },
});

const check = defineRoute({
  method: "GET",
  path: "/drafts/{draftId}/check",
  action: "drafts.read",
  summary: "What is wrong with a draft, what clashes with what exists, and what its answers will cause.",
  params: draftParams,
  output: draftCheck,
  handler: ({ actor, params }) => checkDraft(actor, params.draftId),
});

const setSecret = defineRoute({
  method: "PUT",
  path: "/drafts/{draftId}/secrets/{secretName}",
  action: "drafts.update",
  summary: "Keeps the value of a secret, encrypted. It is never shown again.",
  params: secretParams,
  body: z.strictObject({ value: z.string().max(600_000) }),
  output: z.null(),
  handler: async ({ actor, params, body }) => {
    await setDraftSecret(actor, params.draftId, params.secretName, body.value);
    return null;
  },
});

const removeSecret = defineRoute({
  method: "DELETE",
  path: "/drafts/{draftId}/secrets/{secretName}",
  action: "drafts.update",
  summary: "Forgets the value of a secret.",
  params: secretParams,
  output: z.null(),
  handler: async ({ actor, params }) => {
    await removeDraftSecret(actor, params.draftId, params.secretName);
    return null;
  },
});

const choices = defineRoute({
  method: "GET",
  path: "/wizard",
  action: "drafts.read",
  summary: "What the wizard offers to choose from.",
  output: wizardChoices,
  handler: ({ actor }) => getWizardChoices(actor),
});

const plan = defineRoute({
  method: "POST",
  path: "/drafts/{draftId}/plan",
  action: "services.plan",
  summary: "Asks every step what it would change, touching nothing. The same answers have one plan.",
  params: draftParams,
  output: z.object({ runId: z.number().int() }),
  handler: ({ actor, params }) => planService(actor, params.draftId),
});

const start = defineRoute({
  method: "POST",
  path: "/drafts/{draftId}/start",
  action: "services.provision",
  summary: "Starts provisioning from a reviewed plan. Asked twice, it is one run.",
  params: draftParams,
  body: z.strictObject({ planRunId: z.number().int().min(1) }),
  output: z.object({ runId: z.number().int(), serviceName: z.string(), created: z.boolean() }),
  handler: ({ actor, params, body }) => startProvisioning(actor, params.draftId, body),
});

export const draftsRoutes = [
  listAll,
  create,
  read,
  update,
  remove,
  check,
  setSecret,
  removeSecret,
  plan,
  start,
  choices,
] as const;
