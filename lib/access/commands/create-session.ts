import { randomBytes, randomUUID } from "node:crypto";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";

/** Where a sign-in came from, shown beside the session. */
export interface SessionOrigin {
  requestId: string;
  ip: string;
  userAgent: string;
}

/** Opens a session with a new token, of which only a hash is kept. It ends no later than the provider's own. */
export async function createSession(
  tx: Tx,
  userId: string,
  identity: { sessionIndex: string | null; sessionEndsAt: Date | null },
  origin: SessionOrigin,
): Promise<{ id: string; token: string; maxAgeS: number }> {
  const id = randomUUID();
  const token = randomBytes(32).toString("base64url");
  const longest = Date.now() + config().SESSION_HOURS * 3_600_000;
  const expiresAt = new Date(Math.min(longest, identity.sessionEndsAt?.getTime() ?? longest));
  await tx.session.create({
    data: {
      id,
      userId,
      tokenHash: sha256(token),
      expiresAt,
      sessionIndex: identity.sessionIndex,
      ip: origin.ip.slice(0, 45),
      userAgent: origin.userAgent.slice(0, 255),
    },
  });
  return { id, token, maxAgeS: Math.floor((expiresAt.getTime() - Date.now()) / 1000) };
}
