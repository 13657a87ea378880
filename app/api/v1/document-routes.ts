import { z } from "zod";
import openapi from "#docs/openapi.json" with { type: "json" };
import { definePublicRoute } from "#lib/api/define-route.ts";

const readDocument = definePublicRoute({
  method: "GET",
  path: "/openapi.json",
  summary: "This API as an OpenAPI 3.1 document.",
  output: z.record(z.string(), z.unknown()),
  handler: async () => openapi,
});

export const documentRoutes = [readDocument] as const;
