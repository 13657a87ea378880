import { randomBytes } from "node:crypto";
import { beginSignIn, SIGN_IN_MINUTES } from "#lib/access/commands/begin-sign-in.ts";
import { completeSignIn } from "#lib/access/commands/complete-sign-in.ts";
import { refuseResponse } from "#lib/integrations/saml/refusal.ts";
import { describeServiceProvider, writeSpMetadata } from "#lib/integrations/saml/service-provider.ts";
import { config } from "#lib/platform/config/config.ts";
import { logger } from "#lib/platform/logger.ts";
import { clientAddress } from "./client-address.ts";
import { toPublicError } from "./errors.ts";
import { readBytes } from "./parse.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { readCookie, sessionCookie, writeCookie } from "./session-cookie.ts";

/** Base64 of the largest response and the form around it. */
const MAX_FORM_BYTES = 128 * 1024;

const isHttps = () => config().APP_URL.startsWith("https:");
const bindingCookieName = () => (isHttps() ? "__Host-seaworthy-sign-in" : "seaworthy-sign-in");

/**
 * The identity provider's page posts its answer to us from another site, and browsers send such a post only cookies with
 * SameSite=None, which they keep only over https. Over plain http (a demo) the cookie is Lax, and `askAgain` makes the
 * browser post once more from a page of ours.
 */
const bindingCookie = (binding: string) =>
  writeCookie(bindingCookieName(), binding, { maxAgeS: SIGN_IN_MINUTES * 60, sameSite: isHttps() ? "None" : "Lax" });

function goTo(path: string, requestId: string, ...cookies: string[]): Response {
  const headers = new Headers({ Location: path, "Cache-Control": "no-store", [REQUEST_ID_HEADER]: requestId });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  addSecurityHeaders(headers);
  return new Response(null, { status: 303, headers });
}

/** Back to the sign-in page, which says what the code means. Details are for the log only. */
function goToProblem(thrown: unknown, requestId: string): Response {
  const error = toPublicError(thrown);
  logger[error.status >= 500 ? "error" : "warn"](
    { requestId, code: error.code, reason: error.message, ...(error.status >= 500 ? { err: thrown } : {}) },
    "sign-in refused",
  );
  return goTo(`/sign-in?${new URLSearchParams({ problem: error.code, requestId })}`, requestId);
}

/** GET /saml/metadata: what the identity provider's administrator imports. */
export function answerMetadata(): Response {
  return new Response(writeSpMetadata(describeServiceProvider(config().APP_URL)), {
    headers: { "Content-Type": "application/samlmetadata+xml; charset=utf-8", "X-Content-Type-Options": "nosniff" },
  });
}

/** GET /saml/login?returnTo=…: sends the browser to the identity provider. */
export async function answerLogin(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const { redirectTo, binding } = await beginSignIn({
      returnTo: new URL(request.url).searchParams.get("returnTo"),
      binding: readCookie(request.headers, bindingCookieName()),
    });
    return goTo(redirectTo, requestId, bindingCookie(binding));
  } catch (error) {
    return goToProblem(error, requestId);
  }
}

async function readForm(request: Request): Promise<{ samlResponse: string; isSecondTry: boolean }> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw refuseResponse("malformed", "The message is not a form.");
  const form = new URLSearchParams(new TextDecoder().decode(await readBytes(request, MAX_FORM_BYTES)));
  const [samlResponse, ...more] = form.getAll("SAMLResponse");
  if (samlResponse === undefined || more.length > 0 || !/^[A-Za-z0-9+/=\s]+$/.test(samlResponse))
    throw refuseResponse("malformed", "The form has no SAML response.");
  return { samlResponse, isSecondTry: form.get("again") === "1" };
}

/** The same post once more, now from our own site, so that the browser sends the cookie that began the sign-in. */
function askAgain(samlResponse: string): Response {
  const nonce = randomBytes(16).toString("base64");
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Signing in</title>
<form method="post" action="/saml/acs"><input type="hidden" name="again" value="1"><input type="hidden" name="SAMLResponse" value="${samlResponse.replace(/\s/g, "")}"><button>Continue signing in</button></form>
<script nonce="${nonce}">document.forms[0].submit()</script>`;
  const headers = new Headers({
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": `default-src 'none'; script-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  });
  addSecurityHeaders(headers);
  return new Response(html, { headers });
}

/**
 * POST /saml/acs: the one unsafe request that comes from another site. Its RelayState is not read: where to go stands in
 * the row that began the sign-in.
 */
export async function answerAcs(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  try {
    const { samlResponse, isSecondTry } = await readForm(request);
    const binding = readCookie(request.headers, bindingCookieName());
    if (binding === null && !isSecondTry) return askAgain(samlResponse);
    const result = await completeSignIn({
      samlResponse,
      binding,
      requestId,
      ip: clientAddress(request.headers),
      userAgent: request.headers.get("user-agent") ?? "",
    });
    if (result.outcome === "no-access") return goTo(`/no-access?reason=${result.reason}`, requestId);
    return goTo(result.returnTo, requestId, sessionCookie(result.sessionToken, result.maxAgeS));
  } catch (error) {
    return goToProblem(error, requestId);
  }
}

/** GET /saml/logout: where the provider sends people back after single logout. Here they were signed out before. */
export function answerLogout(request: Request): Response {
  return goTo("/sign-in?signedOut=1", requestIdOf(request.headers));
}
