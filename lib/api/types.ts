import type { z } from "zod";
import type { Action } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request that passed the door: who asks is known and could be allowed. */
export interface Call {
  request: Request;
  /** Null only on routes declared with `definePublicRoute`. */
  actor: UserActor | null;
  requestId: string;
  pathParams: Record<string, string>;
  /** Who asks, asked again: null once the session or token is gone. Open streams do so every few seconds. */
  recheck: () => Promise<UserActor | null>;
}

/** What the router, the OpenAPI document and the tests know of a route. */
export interface RouteDefinition {
  readonly kind: "json" | "stream" | "download";
  readonly method: Method;
  readonly path: string;
  /** Null: anybody may, signed in or not. */
  readonly action: Action | null;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | undefined;
  /** What a JSON route answers, or one event of a stream carries. */
  readonly output: z.ZodType;
  readonly status: number;
  respond(call: Call): Promise<Response>;
}

export type NoFields = z.ZodObject<Record<never, z.ZodType>>;
