import { type Action, may } from "#lib/access/policy.ts";
import { type Account, actorOfAccount } from "#lib/access/roles.ts";
import type { Tx } from "#lib/platform/db/client.ts";

export interface Voter {
  id: string;
  name: string;
  mayApprove: boolean;
}

/** Whether somebody who is not asking now may do something: by their role, while their account is open. */
const mayNow = (user: Account, action: Action): boolean => may(actorOfAccount(user), action).ok;

const toVoter = (user: Account): Voter => ({
  id: user.id,
  name: user.displayName,
  mayApprove: mayNow(user, "deployments.approve"),
});

/** Whether a vote is worth nothing any more: whoever's it is may not approve now, or whoever gave it may not decide. */
export const hasLapsed = ({ voter, by }: { voter: Account; by: Account }): boolean =>
  !mayNow(voter, "deployments.approve") || !mayNow(by, "deployments.decide");

/** Who has lent this person their vote at a moment, and may give it themselves. */
export async function readLenders(tx: Tx, userId: string, at: Date): Promise<Voter[]> {
  const rows = await tx.approvalDelegation.findMany({
    where: { toId: userId, startsAt: { lte: at }, endsAt: { gt: at }, endedAt: null },
    include: { from: true },
    orderBy: { createdAt: "asc" },
  });
  const lenders = new Map(rows.map(({ from }) => [from.id, toVoter(from)]));
  return [...lenders.values()].filter(({ mayApprove }) => mayApprove);
}

/** Everybody who may approve by their role, and whoever holds a vote that was lent. */
export async function findApprovers(tx: Tx, at: Date): Promise<string[]> {
  const managers = await findManagers(tx);
  const lent = await tx.approvalDelegation.findMany({
    where: {
      startsAt: { lte: at },
      endsAt: { gt: at },
      endedAt: null,
      fromId: { in: managers },
      to: { disabledAt: null },
    },
    select: { toId: true },
  });
  return [...new Set([...managers, ...lent.map(({ toId }) => toId)])];
}

/** Managers and administrators whose accounts are open. */
export async function findManagers(tx: Tx): Promise<string[]> {
  const users = await tx.user.findMany({
    where: { disabledAt: null, OR: [{ roles: { contains: "manager" } }, { roles: { contains: "admin" } }] },
    orderBy: { id: "asc" },
  });
  return users.filter((user) => toVoter(user).mayApprove).map(({ id }) => id);
}
