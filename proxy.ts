import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { REQUEST_ID_HEADER, requestIdOf } from "#lib/api/request-id.ts";
import { PATH_HEADER } from "#lib/api/request-path.ts";
import { addSecurityHeaders, contentSecurityPolicy } from "#lib/api/security-headers.ts";

/**
 * Runs before every page: gives the answer its security headers and the page its nonce, its own address and a request id.
 * It decides nothing about who may see what: that is asked where the data is read.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = randomBytes(18).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const requestId = requestIdOf(request.headers);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts from here.
  headers.set("Content-Security-Policy", policy);
  headers.set(PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  headers.set(REQUEST_ID_HEADER, requestId);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set(REQUEST_ID_HEADER, requestId);
  addSecurityHeaders(response.headers);
  return response;
}

/** Pages only: what answers data sets its own headers, and its bodies must not be buffered here. */
export const config = {
  matcher: ["/((?!api/|saml/|sp$|healthz$|readyz$|_next/static/).*)"],
};
