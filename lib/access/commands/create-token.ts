import { randomBytes, randomUUID } from "node:crypto";
import { recordAudit } from "#lib/audit/record.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid } from "#lib/platform/errors.ts";
import { authorize } from "../policy.ts";
import { writeRoles } from "../roles.ts";
import type { CreateToken, TokenView } from "../schema.ts";
import type { UserActor } from "../types.ts";

const MOST_TOKENS = 20;

/** Makes a token. Its text is answered once and kept nowhere. */
export async function createToken(actor: UserActor, input: CreateToken): Promise<TokenView & { token: string }> {
  authorize(actor, "tokens.manage");
  // A token that leaked must not be able to outlive its revocation in another one.
  if (actor.via === "token")
    throw new AppError({ code: "forbidden", message: "A token cannot make another token.", status: 403 });
  const roles = input.roles ?? [...actor.roles];
  if (!roles.every((role) => actor.roles.includes(role)))
    throw invalid({ roles: "You do not have all of these roles." });
  const token = `sw_${randomBytes(32).toString("base64url")}`;
  const id = randomUUID();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + input.expiresInDays * 86_400_000);
  await transaction(async (tx) => {
    const alive = await tx.apiToken.count({ where: { userId: actor.id, revokedAt: null, expiresAt: { gt: now } } });
    if (alive >= MOST_TOKENS)
      throw conflict("token.too_many", `You have ${alive} tokens already.`, "Revoke one you no longer use.");
    await tx.apiToken.create({
      data: { id, userId: actor.id, name: input.name, tokenHash: sha256(token), roles: writeRoles(roles), expiresAt },
    });
    await recordAudit(tx, actor, {
      action: "token.created",
      subjectType: "token",
      subjectId: id,
      detail: { name: input.name, roles, expiresAt: expiresAt.toISOString() },
    });
  });
  return {
    id,
    token,
    name: input.name,
    roles,
    createdAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: null,
  };
}
