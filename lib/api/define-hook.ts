import { z } from "zod";
import type { TypedRoute } from "./define-route.ts";
import { parseInput, readBytes } from "./parse.ts";
import type { NoFields } from "./types.ts";

/** What a hook's handler gets: nothing is believed, and the body is not read until it asks. */
export interface Hooked<Params extends z.ZodObject> {
  params: z.output<Params>;
  headers: Headers;
  requestId: string;
  /** The body as it came, byte for byte; throws 413 beyond the limit, however long it claims to be. */
  readBody: () => Promise<Uint8Array>;
}

const NO_QUERY: NoFields = z.strictObject({});

/**
 * Declares an endpoint that other systems ring without signing in. Whoever rings proves with the body's own signature that
 * they may: the handler checks it before it looks at anything else.
 */
export function defineHook<const P extends string, Params extends z.ZodObject, Output extends z.ZodType>(options: {
  path: P;
  summary: string;
  params: Params;
  output: Output;
  maxBodyBytes: number;
  handler: (input: Hooked<Params>) => Promise<z.input<Output>>;
}): TypedRoute<"POST", P, Params, NoFields, z.ZodUndefined, Output> {
  const { path, summary, params, output, maxBodyBytes, handler } = options;
  return {
    kind: "json",
    method: "POST",
    path,
    action: null,
    summary,
    params,
    query: NO_QUERY,
    body: undefined,
    output,
    status: 202,
    async respond({ request, requestId, pathParams }) {
      const answer = await handler({
        params: await parseInput(params, pathParams),
        headers: request.headers,
        requestId,
        readBody: () => readBytes(request, maxBodyBytes),
      });
      return Response.json(output.parse(answer), { status: 202 });
    },
  };
}
