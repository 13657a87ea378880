import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { authorize } from "../policy.ts";
import { readRoles } from "../roles.ts";
import type { UserActor } from "../types.ts";

/** From the next request on this session shows the panel as somebody else sees it. Nothing can be changed meanwhile. */
export async function startViewing(actor: UserActor, userId: string): Promise<{ name: string }> {
  authorize(actor, "users.viewAs");
  if (actor.via !== "session")
    throw conflict("view_as.token", "Only a person in a browser can look through others' eyes.");
  if (userId === actor.id) throw conflict("view_as.self", "That is you already.");
  return transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId } });
    if (!user) throw notFound("person");
    if (user.disabledAt || readRoles(user.roles).length === 0)
      throw conflict("view_as.no_access", `${user.displayName} sees nothing: the account has no access.`);
    await tx.session.update({ where: { id: actor.sessionId }, data: { viewAsId: userId } });
    await recordAudit(tx, actor, { action: "users.viewAs", subjectType: "user", subjectId: userId });
    return { name: user.displayName };
  });
}

/** Back to one's own eyes. */
export async function stopViewing(actor: UserActor): Promise<void> {
  authorize(actor, "session.stopViewing");
  if (!actor.lookedThroughBy) return;
  await transaction(async (tx) => {
    await tx.session.update({ where: { id: actor.sessionId }, data: { viewAsId: null } });
    await recordAudit(tx, actor, { action: "users.viewAs.ended", subjectType: "user", subjectId: actor.id });
  });
}
