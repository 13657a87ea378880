import { z } from "zod";
import type { Action } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { parseInput, readJson, readQuery } from "./parse.ts";
import type { Call, Method, NoFields, RouteDefinition } from "./types.ts";

const NO_FIELDS: NoFields = z.strictObject({});

/** What a handler gets, parsed. */
export interface Handled<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  request: Request;
  requestId: string;
  /** Headers of the answer, for the few routes that set a cookie. */
  replyHeaders: Headers;
}

interface RouteOptions<
  M extends Method,
  P extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Output extends z.ZodType,
> {
  method: M;
  /** Below /api/v1, with parameters in braces: "/runs/{runId}". */
  path: P;
  /** One sentence for the OpenAPI document. */
  summary: string;
  /** Needed when the path has parameters. */
  params?: Params;
  query?: Query;
  /** z.strictObject at every depth: a key nobody declared is refused. */
  body?: Body;
  /** What leaves the server; keys that are not declared are cut off. */
  output: Output;
  /** 200 unless told otherwise. */
  status?: 200 | 201 | 202;
  maxBodyBytes?: number;
}

/** The definition as the router sees it, with its schemas kept so that the browser's client can be typed from them. */
export interface TypedRoute<
  M extends Method,
  P extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Output extends z.ZodType,
  Kind extends RouteDefinition["kind"] = "json",
> extends RouteDefinition {
  readonly kind: Kind;
  readonly method: M;
  readonly path: P;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body | undefined;
  readonly output: Output;
}

function buildRoute<
  M extends Method,
  P extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Output extends z.ZodType,
>(
  options: RouteOptions<M, P, Params, Query, Body, Output>,
  action: Action | null,
  run: (call: Call, handled: Handled<Params, Query, Body>) => Promise<z.input<Output>>,
): TypedRoute<M, P, Params, Query, Body, Output> {
  const { method, path, summary, body, output, status = 200 } = options;
  // The default is only ever taken when the type parameter is its own default.
  const params = options.params ?? (NO_FIELDS as unknown as Params);
  const query = (options.query ?? (NO_FIELDS as unknown as Query)).strict() as unknown as Query;
  return {
    kind: "json",
    method,
    path,
    action,
    summary,
    params,
    query,
    body,
    output,
    status,
    async respond(call) {
      const { request, requestId, pathParams } = call;
      const replyHeaders = new Headers();
      const handled = {
        params: await parseInput(params, pathParams),
        query: await parseInput(query, readQuery(new URL(request.url))),
        body: (body
          ? await parseInput(body, await readJson(request, options.maxBodyBytes))
          : undefined) as z.output<Body>,
        request,
        requestId,
        replyHeaders,
      };
      const answer = await output.safeParseAsync(await run(call, handled));
      // Not a ZodError: that the answer does not fit its own schema is our fault, not the caller's.
      if (!answer.success)
        throw new Error(`${method} ${path} answered something it does not declare: ${answer.error.message}`);
      return Response.json(answer.data ?? null, { status, headers: replyHeaders });
    },
  };
}

/**
 * Declares an endpoint. Who asks is known and could be allowed `action` before the handler runs; the domain function it
 * calls authorises again, knowing the subject. Declare it in app/api/v1/<domain>-routes.ts and list it in registry.ts.
 */
export function defineRoute<
  const M extends Method,
  const P extends string,
  Output extends z.ZodType,
  Params extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
  Body extends z.ZodType = z.ZodUndefined,
>(
  options: RouteOptions<M, P, Params, Query, Body, Output> & {
    action: Action;
    handler: (input: Handled<Params, Query, Body> & { actor: UserActor }) => Promise<z.input<Output>>;
  },
): TypedRoute<M, P, Params, Query, Body, Output> {
  return buildRoute(options, options.action, (call, handled) => {
    if (!call.actor) throw new Error(`${options.method} ${options.path} ran without an actor`);
    return options.handler({ ...handled, actor: call.actor });
  });
}

/** Declares an endpoint for anybody, signed in or not. It must say nothing that is not public. */
export function definePublicRoute<
  const P extends string,
  Output extends z.ZodType,
  Params extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
>(
  options: Omit<RouteOptions<"GET", P, Params, Query, z.ZodUndefined, Output>, "body" | "maxBodyBytes"> & {
    handler: (input: Handled<Params, Query, z.ZodUndefined>) => Promise<z.input<Output>>;
  },
): TypedRoute<"GET", P, Params, Query, z.ZodUndefined, Output> {
  return buildRoute(options, null, (_call, handled) => options.handler(handled));
}
