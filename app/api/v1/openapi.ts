import { z } from "zod";
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from "zod-openapi";
import { parameterNames } from "#lib/api/route-table.ts";
import type { RouteDefinition } from "#lib/api/types.ts";

const ErrorBody = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      advice: z.string().optional(),
      detail: z.string().optional(),
      fields: z.record(z.string(), z.string()).optional(),
      requestId: z.string(),
    }),
  })
  .meta({ id: "Error" });

const MEDIA_TYPES = { json: "application/json", stream: "text/event-stream", download: "text/plain" } as const;

function describeRoute(route: RouteDefinition): ZodOpenApiOperationObject {
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[{}]/g, "").replace(/[^a-zA-Z0-9]+(.)?/g, (_, next: string = "") => next.toUpperCase())}`,
    summary: route.summary,
    tags: [route.path.split("/")[1] ?? ""],
    ...(route.action === null ? { security: [] } : { "x-action": route.action }),
    requestParams: {
      ...(parameterNames(route.path).length > 0 ? { path: route.params } : {}),
      ...(Object.keys(route.query.shape).length > 0 ? { query: route.query } : {}),
    },
    ...(route.body ? { requestBody: { required: true, content: { "application/json": { schema: route.body } } } } : {}),
    responses: {
      [String(route.status)]: {
        description: "What was asked for.",
        content: { [MEDIA_TYPES[route.kind]]: { schema: route.output } },
      },
      default: { description: "What went wrong.", content: { "application/json": { schema: ErrorBody } } },
    },
  };
}

/** The OpenAPI 3.1 document of these routes. */
export function buildOpenApi(routes: readonly RouteDefinition[]): object {
  const paths: NonNullable<ZodOpenApiObject["paths"]> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1)))
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route) };
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Seaworthy",
      version: "1",
      description:
        "Everything the panel's pages do, for programs too. Make a token on the account page and send it as `Authorization: Bearer sw_…`.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { session: [] }],
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "__Host-seaworthy" },
      },
    },
    paths,
  });
}
