import { authorize, may } from "#lib/access/policy.ts";
import { readRoles } from "#lib/access/roles.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { DelegationList, DelegationView } from "../types.ts";

const MOST = 100;
const MOST_PEOPLE = 500;

const PERSON = { select: { id: true, displayName: true } } as const;
const DELEGATION_INCLUDE = { from: PERSON, to: PERSON } as const;
interface Row {
  id: string;
  startsAt: Date;
  endsAt: Date;
  endedAt: Date | null;
  from: { id: string; displayName: string };
  to: { id: string; displayName: string };
}

function stateOf({ startsAt, endsAt, endedAt }: Row, now: Date): DelegationView["state"] {
  if (endedAt || endsAt <= now) return "over";
  return startsAt > now ? "coming" : "holds";
}

function toDelegation(actor: UserActor, row: Row, now: Date): DelegationView {
  const state = stateOf(row, now);
  return {
    id: row.id,
    from: { id: row.from.id, name: row.from.displayName },
    to: { id: row.to.id, name: row.to.displayName },
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    state,
    mayEnd: state !== "over" && (row.from.id === actor.id || actor.roles.includes("admin")),
  };
}

/** People a vote may be lent to: whoever may change anything. */
async function readBorrowers(actor: UserActor): Promise<DelegationList["people"]> {
  const users = await db().user.findMany({
    where: { disabledAt: null, id: { not: actor.id } },
    orderBy: { displayName: "asc" },
    take: MOST_PEOPLE,
    select: { id: true, displayName: true, roles: true },
  });
  return users
    .filter(({ roles }) => readRoles(roles).some((role) => role !== "viewer"))
    .map(({ id, displayName }) => ({ id, name: displayName }));
}

/** Votes that are lent, the newest first; managers see all, others what concerns them. */
export async function listDelegations(actor: UserActor, now: Date = new Date()): Promise<DelegationList> {
  authorize(actor, "delegations.read");
  const mayLend = may(actor, "delegations.manage").ok;
  const rows = await db().approvalDelegation.findMany({
    where: mayLend ? {} : { OR: [{ fromId: actor.id }, { toId: actor.id }] },
    include: DELEGATION_INCLUDE,
    orderBy: { createdAt: "desc" },
    take: MOST,
  });
  return {
    delegations: rows.map((row) => toDelegation(actor, row, now)),
    mayLend,
    people: mayLend ? await readBorrowers(actor) : [],
  };
}
