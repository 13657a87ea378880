import { z } from "zod";
import { type Action, mayEver } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { TypedRoute } from "./define-route.ts";
import { collectEvents, streamEvents } from "./event-stream.ts";
import { parseInput, readQuery } from "./parse.ts";
import type { NoFields } from "./types.ts";

const NO_FIELDS: NoFields = z.strictObject({});

/** One server-sent event. Only events a reader can resume after carry an id. */
export interface StreamEvent<Data> {
  id?: string;
  event?: string;
  data: Data;
}

interface StreamHandled<Params extends z.ZodObject, Query extends z.ZodObject> {
  actor: UserActor;
  params: z.output<Params>;
  query: z.output<Query>;
  request: Request;
  requestId: string;
  /** What a reconnecting EventSource saw last; null on a fresh one, which says `?after=` instead. */
  lastEventId: string | null;
  /** Aborted when the reader leaves, loses the right to read, or the process stops. */
  signal: AbortSignal;
}

interface StreamOptions<
  P extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Output extends z.ZodType,
> {
  /** Always GET; named so that all definitions read alike. */
  method?: "GET";
  path: P;
  action: Action;
  summary: string;
  params?: Params;
  query?: Query;
  /** The data of one event. */
  output: Output;
  handler: (
    input: StreamHandled<Params, Query>,
  ) => AsyncIterable<StreamEvent<z.input<Output>>> | Promise<AsyncIterable<StreamEvent<z.input<Output>>>>;
}

/**
 * Declares a stream of server-sent events. The same path asked with `Accept: application/json` is the long poll for readers
 * behind proxies that buffer: it answers `{ events: [...] }` as soon as there is one, or an empty list after a while.
 */
export function defineStream<
  const P extends string,
  Output extends z.ZodType,
  Params extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
>(
  options: StreamOptions<P, Params, Query, Output>,
): TypedRoute<"GET", P, Params, Query, z.ZodUndefined, Output, "stream"> {
  const { path, action, summary, output } = options;
  const params = options.params ?? (NO_FIELDS as unknown as Params);
  const query = (options.query ?? (NO_FIELDS as unknown as Query)).strict() as unknown as Query;
  return {
    kind: "stream",
    method: "GET",
    path,
    action,
    summary,
    params,
    query,
    body: undefined,
    output,
    status: 200,
    async respond({ request, actor, requestId, pathParams, recheck }) {
      if (!actor) throw new Error(`${path} ran without an actor`);
      const stop = new AbortController();
      const events = await options.handler({
        actor,
        params: await parseInput(params, pathParams),
        query: await parseInput(query, readQuery(new URL(request.url))),
        request,
        requestId,
        lastEventId: request.headers.get("last-event-id"),
        signal: stop.signal,
      });
      const mayStill = async () => {
        const present = await recheck();
        return present !== null && mayEver(present, action);
      };
      const source = { events, output, stop, mayStill, requestId, request };
      const wantsJson = request.headers.get("accept")?.includes("application/json") ?? false;
      return wantsJson ? collectEvents(source) : streamEvents(source);
    },
  };
}
