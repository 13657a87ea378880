import { findSessionActor, findTokenActor } from "#lib/access/queries/find-actor.ts";
import type { UserActor } from "#lib/access/types.ts";
import { readCookie, sessionCookieName } from "./session-cookie.ts";

/**
 * Who asks, read from the database every time: a revoked session, a disabled account or a changed role counts on the next
 * request. A request that brings a token is judged by the token alone.
 */
export async function authenticate(headers: Headers, requestId: string): Promise<UserActor | null> {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const token = /^Bearer (sw_[A-Za-z0-9_-]{43})$/i.exec(authorization)?.[1];
    return token ? findTokenActor(token, requestId) : null;
  }
  const token = readCookie(headers, sessionCookieName());
  return token ? findSessionActor(token, requestId) : null;
}
