import type { z } from "zod";
import type { ApiRoutes } from "#app/api/v1/registry.ts";

const API_ROOT = "/api/v1";

type Route = ApiRoutes;
/** "GET /runs/{runId}" and all its kin. */
export type RouteKey =
  Extract<Route, { kind: "json" }> extends infer R
    ? R extends { method: infer M extends string; path: infer P extends string }
      ? `${M} ${P}`
      : never
    : never;

type RouteOf<K extends RouteKey> = K extends `${infer M} ${infer P}`
  ? Extract<Route, { kind: "json"; method: M; path: P }>
  : never;

/** What the route of this key answers. */
export type ApiOutput<K extends RouteKey> = z.output<RouteOf<K>["output"]>;
/** What the route of this key takes as its body. */
type ApiBody<K extends RouteKey> = z.input<NonNullable<RouteOf<K>["body"]>>;

type ParamName<K extends RouteKey> = keyof RouteOf<K>["params"]["shape"];
type QueryName<K extends RouteKey> = keyof RouteOf<K>["query"]["shape"];

type Need<Name extends string, T, Empty> = Empty extends true ? Partial<Record<Name, T>> : Record<Name, T>;
export type ApiOptions<K extends RouteKey> = Need<
  "params",
  Record<ParamName<K>, string | number>,
  [ParamName<K>] extends [never] ? true : false
> &
  Need<"body", ApiBody<K>, [ApiBody<K>] extends [undefined] ? true : false> & {
    query?: Partial<Record<QueryName<K>, string | number | boolean | readonly string[] | undefined>>;
    signal?: AbortSignal;
  };

/** A refusal or failure in the API's one shape. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly advice: string | undefined;
  readonly detail: string | undefined;
  /** Messages beside the fields they belong to. */
  readonly fields: Record<string, string>;
  readonly requestId: string;

  constructor(status: number, body: Partial<Omit<ApiError, "status">>) {
    super(body.message ?? "The panel did not answer as it should.");
    this.name = "ApiError";
    this.code = body.code ?? "unknown";
    this.status = status;
    this.advice = body.advice;
    this.detail = body.detail;
    this.fields = body.fields ?? {};
    this.requestId = body.requestId ?? "";
  }
}

/** The path of any route of the API, streams and downloads too: for EventSource and links. */
export function apiPath(path: string, params: Record<string, string | number> = {}, query: object = {}): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? "")));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(key, String(one));
  return `${API_ROOT}${filled}${search.size > 0 ? `?${search}` : ""}`;
}

async function readError(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: Partial<Omit<ApiError, "status">> };
    return new ApiError(response.status, error);
  } catch {
    return new ApiError(response.status, {});
  }
}

/** Asks the panel's API: `api("GET /runs/{runId}", { params: { runId } })`. Throws an ApiError. */
export async function api<K extends RouteKey>(
  key: K,
  ...[options]: Record<never, never> extends ApiOptions<K> ? [ApiOptions<K>?] : [ApiOptions<K>]
): Promise<ApiOutput<K>> {
  const [method = "GET", path = ""] = key.split(" ");
  const { params, query, body, signal }: { params?: object; query?: object; body?: unknown; signal?: AbortSignal } =
    options ?? {};
  const response = await fetch(apiPath(path, params as Record<string, string | number> | undefined, query), {
    method,
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, {
      code: "offline",
      message: "The panel cannot be reached.",
      advice: "Check your connection; the page tries again by itself.",
    });
  });
  if (!response.ok) throw await readError(response);
  return (await response.json()) as ApiOutput<K>;
}
