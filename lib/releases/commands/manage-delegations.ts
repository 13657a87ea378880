import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import { readRoles } from "#lib/access/roles.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { listDelegations } from "../queries/list-delegations.ts";
import type { DelegationInput } from "../schema/release.ts";
import type { DelegationList } from "../types.ts";

const DAYS_MAX = 60;

/**
 * Lends one's vote to somebody for a time. It stays one vote, of who lent it: their own and a borrowed one are two people only when
 * they are. It cannot be lent on.
 */
export async function lendVote(
  actor: UserActor,
  input: DelegationInput,
  now: Date = new Date(),
): Promise<DelegationList> {
  authorize(actor, "delegations.manage");
  const startsAt = new Date(input.startsAt);
  const endsAt = new Date(input.endsAt);
  if (endsAt <= now) throw invalid({ endsAt: "It lies in the past." });
  if (endsAt.getTime() - startsAt.getTime() > DAYS_MAX * 86_400_000)
    throw invalid({ endsAt: `Lend it for ${DAYS_MAX} days at most.` });
  if (input.toId === actor.id) throw invalid({ toId: "It is yours already." });
  await transaction(async (tx) => {
    const to = await tx.user.findUnique({ where: { id: input.toId } });
    if (!to || to.disabledAt || !readRoles(to.roles).some((role) => role !== "viewer"))
      throw invalid({ toId: "This person may not act for anybody." });
    const { id } = await tx.approvalDelegation.create({
      data: { id: randomUUID(), fromId: actor.id, toId: to.id, startsAt, endsAt },
    });
    await recordAudit(tx, actor, {
      action: "delegations.lend",
      ...{ subjectType: "delegation", subjectId: id },
      detail: { to: to.id, name: to.displayName, startsAt: input.startsAt, endsAt: input.endsAt },
    });
  });
  return listDelegations(actor, now);
}

/** Takes a lent vote back, at once. */
export async function endDelegation(actor: UserActor, id: string, now: Date = new Date()): Promise<DelegationList> {
  authorize(actor, "delegations.manage");
  await transaction(async (tx) => {
    const row = await tx.approvalDelegation.findUnique({ where: { id } });
    if (!row) throw notFound("lent vote");
    if (row.fromId !== actor.id && !actor.roles.includes("admin"))
      throw new AppError({
        code: "forbidden",
        message: "Only who lent it, or an administrator, may take it back.",
        status: 403,
      });
    if (row.endedAt) throw conflict("delegations.over", "It has been taken back already.");
    await tx.approvalDelegation.update({ where: { id }, data: { endedAt: now } });
    await recordAudit(tx, actor, { action: "delegations.end", subjectType: "delegation", subjectId: id });
  });
  return listDelegations(actor, now);
}
