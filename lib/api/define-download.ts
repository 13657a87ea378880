import { ReadableStream as NodeStream } from "node:stream/web";
import { z } from "zod";
import type { Action } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { TypedRoute } from "./define-route.ts";
import { parseInput, readJson, readQuery } from "./parse.ts";
import type { NoFields } from "./types.ts";

const NO_FIELDS: NoFields = z.strictObject({});

export interface Download {
  /** Cut down to letters, digits, dot, dash and underscore before it becomes a header. */
  fileName: string;
  contentType:
    | "text/plain; charset=utf-8"
    | "application/octet-stream"
    | "application/x-pem-file"
    | "application/x-pkcs12"
    | "application/x-tar";
  /** Where it is known before the first byte: the browser shows how far it is, and sees when the end is missing. */
  sizeBytes?: number;
  body: AsyncIterable<string | Uint8Array>;
}

/**
 * Declares a route that answers a file, read piece by piece as fast as the browser takes it. POST is for files that no link may
 * fetch and no history may keep, such as keys: what unlocks them comes in the body.
 */
export function defineDownload<
  const P extends string,
  const M extends "GET" | "POST" = "GET",
  Params extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
  Body extends z.ZodType = z.ZodUndefined,
>(options: {
  method?: M;
  path: P;
  action: Action;
  summary: string;
  params?: Params;
  query?: Query;
  body?: Body;
  handler: (input: {
    actor: UserActor;
    params: z.output<Params>;
    query: z.output<Query>;
    body: z.output<Body>;
    request: Request;
    requestId: string;
  }) => Promise<Download>;
}): TypedRoute<M, P, Params, Query, Body, z.ZodString, "download"> {
  const { path, action, summary, body: bodySchema } = options;
  const params = options.params ?? (NO_FIELDS as unknown as Params);
  const query = (options.query ?? (NO_FIELDS as unknown as Query)).strict() as unknown as Query;
  return {
    kind: "download",
    // The default is only ever taken when the type parameter is its own default.
    method: (options.method ?? "GET") as M,
    path,
    action,
    summary,
    params,
    query,
    body: bodySchema,
    output: z.string(),
    status: 200,
    async respond({ request, actor, requestId, pathParams }) {
      if (!actor) throw new Error(`${path} ran without an actor`);
      return sendDownload(
        await options.handler({
          actor,
          params: await parseInput(params, pathParams),
          query: await parseInput(query, readQuery(new URL(request.url))),
          body: (bodySchema ? await parseInput(bodySchema, await readJson(request)) : undefined) as z.output<Body>,
          request,
          requestId,
        }),
      );
    },
  };
}

/** For whoever has the address, signed in or not: what is in the path has to be secret enough. */
export function definePublicDownload<const P extends string, Params extends z.ZodObject>(options: {
  path: P;
  summary: string;
  params: Params;
  handler: (input: { params: z.output<Params>; request: Request; requestId: string }) => Promise<Download>;
}): TypedRoute<"GET", P, Params, NoFields, z.ZodUndefined, z.ZodString, "download"> {
  const { path, summary, params, handler } = options;
  return {
    kind: "download",
    method: "GET",
    path,
    action: null,
    summary,
    params,
    query: NO_FIELDS,
    body: undefined,
    output: z.string(),
    status: 200,
    async respond({ request, requestId, pathParams }) {
      return sendDownload(await handler({ params: await parseInput(params, pathParams), request, requestId }));
    },
  };
}

function sendDownload({ fileName, contentType, sizeBytes, body }: Download): Response {
  const encoder = new TextEncoder();
  const pieces = (async function* () {
    for await (const piece of body) yield typeof piece === "string" ? encoder.encode(piece) : piece;
  })();
  // One standard, two declarations of its type.
  return new Response(NodeStream.from(pieces) as unknown as ReadableStream, {
    headers: {
      "Content-Type": contentType,
      "Content-Disposition": `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 120)}"`,
      ...(sizeBytes === undefined ? {} : { "Content-Length": String(sizeBytes) }),
    },
  });
}
