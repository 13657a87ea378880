import { z } from "zod";
import { defineDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { lookUpDependency } from "#lib/readiness/commands/look-up-dependency.ts";
import { startSurvey } from "#lib/readiness/commands/start-survey.ts";
import { removeDocument, writeDocument } from "#lib/readiness/commands/write-document.ts";
import { getReadiness } from "#lib/readiness/queries/get-readiness.ts";
import { getRebuild } from "#lib/readiness/queries/get-rebuild.ts";
import { newDocumentSchema, readinessView, startedSurvey, surveySchema } from "#lib/readiness/schema/views.ts";

const params = z.object({ serviceName: z.string().max(40) });
const documentParams = params.extend({ documentId: z.uuid() });

const read = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/readiness",
  action: "readiness.read",
  summary: "A service's ports beside what was declared, what it is made of, and what was written down about it.",
  params,
  output: readinessView,
  handler: ({ actor, params: { serviceName } }) => getReadiness(actor, serviceName),
});

const look = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/readiness/look",
  action: "readiness.look",
  summary: "Has a worker look at the service's running tasks.",
  params,
  body: surveySchema,
  output: startedSurvey,
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => startSurvey(actor, serviceName, body.environment),
});

const write = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/readiness/documents",
  action: "readiness.write",
  summary: "Writes down a package, a changed file, a command or a dependency.",
  params,
  body: newDocumentSchema,
  output: readinessView,
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => writeDocument(actor, serviceName, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/services/{serviceName}/readiness/documents/{documentId}",
  action: "readiness.write",
  summary: "Strikes out what a person wrote down.",
  params: documentParams,
  output: readinessView,
  handler: ({ actor, params: { serviceName, documentId } }) => removeDocument(actor, serviceName, documentId),
});

const lookUp = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/readiness/dependencies/{documentId}/look-up",
  action: "readiness.write",
  summary: "Asks Repology which Debian package could take the place of a dependency.",
  params: documentParams,
  output: readinessView,
  handler: ({ actor, params: { serviceName, documentId } }) => lookUpDependency(actor, serviceName, documentId),
});

async function* once(content: string) {
  yield content;
}

const rebuild = defineDownload({
  path: "/services/{serviceName}/rebuild.md",
  action: "readiness.read",
  summary: "One page in Markdown from which a person can build the service again. No values of secrets.",
  params,
  handler: async ({ actor, params: { serviceName } }) => {
    const { fileName, markdown } = await getRebuild(actor, serviceName);
    return { fileName, contentType: "text/plain; charset=utf-8", body: once(markdown) };
  },
});

export const readinessRoutes = [read, look, write, remove, lookUp, rebuild] as const;
