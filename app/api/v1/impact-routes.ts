import { z } from "zod";
import { defineRoute } from "#lib/api/define-route.ts";
import { saveDependencies } from "#lib/impact/commands/save-dependencies.ts";
import { getDraftImpact } from "#lib/impact/queries/get-draft-impact.ts";
import { getImpact } from "#lib/impact/queries/get-impact.ts";
import { draftImpact, impactView, saveDependenciesSchema } from "#lib/impact/schema.ts";

const params = z.object({ serviceName: z.string().max(40) });

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/dependencies",
  action: "services.read",
  summary: "What a service needs and what needs it, near and far, with how the panel knows.",
  params,
  output: impactView,
  handler: ({ actor, params: { serviceName } }) => getImpact(actor, serviceName),
});

const save = defineRoute({
  method: "PUT",
  path: "/services/{serviceName}/dependencies",
  action: "services.setDependencies",
  summary: "Writes down what a service needs, whole; refused (409) when it was changed since it was read.",
  params,
  body: saveDependenciesSchema,
  output: z.object({ version: z.number().int() }),
  handler: ({ actor, params: { serviceName }, body }) => saveDependencies(actor, serviceName, body),
});

const ofDraft = defineRoute({
  method: "GET",
  path: "/drafts/{draftId}/impact",
  action: "drafts.read",
  summary: "Which services the service of a draft would touch.",
  params: z.object({ draftId: z.string().max(36) }),
  output: draftImpact,
  handler: ({ actor, params: { draftId } }) => getDraftImpact(actor, draftId),
});

export const impactRoutes = [read, save, ofDraft] as const;
