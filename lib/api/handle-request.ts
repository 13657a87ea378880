import { notePresence } from "#lib/access/commands/note-presence.ts";
import { mayEver } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { authenticate } from "./authenticate.ts";
import { refuseCrossSite } from "./cross-site.ts";
import { errorResponse, toPublicError } from "./errors.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";
import { buildRouteTable, type RouteTable } from "./route-table.ts";
import { addSecurityHeaders, DATA_POLICY } from "./security-headers.ts";
import type { RouteDefinition } from "./types.ts";

const API_ROOT = "/api/v1";

const unauthenticated = () =>
  new AppError({
    code: "unauthenticated",
    message: "You are not signed in.",
    advice: "Sign in again; what you typed is kept where drafts are saved.",
    status: 401,
  });

/** Who was refused what. The refusal stands whether or not it can be written down. */
async function auditRefusal(actor: UserActor, route: RouteDefinition, error: AppError): Promise<void> {
  try {
    await recordAudit(db(), actor, {
      action: "access.refused",
      subjectType: "route",
      subjectId: `${route.method} ${route.path}`.slice(0, 64),
      detail: { action: route.action, code: error.code },
    });
  } catch (failure) {
    logger.error({ err: failure, requestId: actor.requestId }, "a refusal could not be audited");
  }
}

/** What a person who looks through another's eyes may do besides reading. */
const WHILE_VIEWING = new Set<string | null>(["session.stopViewing", "session.revoke"]);

function refuseChange(route: RouteDefinition, name: string): void {
  if ((route.method === "GET" && route.kind !== "download") || WHILE_VIEWING.has(route.action)) return;
  throw new AppError({
    code: "view_as.read_only",
    message: `You only look at the panel as ${name}: nothing can be changed or downloaded.`,
    advice: "Return to your own view first.",
    status: 403,
  });
}

async function answer(
  route: RouteDefinition,
  request: Request,
  requestId: string,
  pathParams: Record<string, string>,
): Promise<Response> {
  if (route.action === null)
    return route.respond({ request, actor: null, requestId, pathParams, recheck: async () => null });
  const recheck = () => authenticate(request.headers, requestId);
  const actor = await recheck();
  if (!actor) throw unauthenticated();
  try {
    // A token is put there by its owner's program, never by a browser on its own.
    if (actor.via === "session") {
      refuseCrossSite(request);
      // Open pages ask by themselves, whether or not somebody looks.
      if (route.method !== "GET") notePresence();
    }
    if (actor.lookedThroughBy) refuseChange(route, actor.name);
    if (!mayEver(actor, route.action))
      throw new AppError({
        code: "forbidden",
        message: "Your role does not include this.",
        advice: "Ask an administrator if you need it.",
        status: 403,
      });
    return await route.respond({ request, actor, requestId, pathParams, recheck });
  } catch (thrown) {
    const error = toPublicError(thrown);
    if (error.status === 403) await auditRefusal(actor, route, error);
    throw thrown;
  }
}

async function dispatch(table: RouteTable, request: Request, requestId: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const match = table.find(pathname.slice(API_ROOT.length));
  if (!match)
    throw new AppError({ code: "no_such_route", message: `There is no ${pathname} in this API.`, status: 404 });
  const allow = [...match.methods.keys()].sort().join(", ");
  if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow: allow } });
  const isHead = request.method === "HEAD";
  const found = match.methods.get(isHead ? "GET" : request.method);
  if (!found || (isHead && found.route.kind === "stream")) {
    const error = new AppError({
      code: "method_not_allowed",
      message: `${pathname} does not answer ${request.method}.`,
      status: 405,
    });
    return errorResponse(error, requestId, { Allow: allow });
  }
  const response = await answer(found.route, request, requestId, found.params);
  if (!isHead) return response;
  await response.body?.cancel();
  return new Response(null, response);
}

/** The whole API as one function from request to answer; it never throws. */
export function createApi(routes: readonly RouteDefinition[]): (request: Request) => Promise<Response> {
  const table = buildRouteTable(routes);
  return async (request) => {
    const requestId = requestIdOf(request.headers);
    const response = await dispatch(table, request, requestId).catch((error: unknown) =>
      errorResponse(error, requestId),
    );
    response.headers.set(REQUEST_ID_HEADER, requestId);
    response.headers.set("Content-Security-Policy", DATA_POLICY);
    addSecurityHeaders(response.headers);
    if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
    return response;
  };
}
