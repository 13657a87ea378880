import { authorize, may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { countVoters, judgeApproval } from "../approval/judge-approval.ts";
import { OPEN_STATES } from "../constants.ts";
import type { ApprovalsQueue, QueueRow } from "../types.ts";
import { DEPLOYMENT_OMIT } from "./deployment-row.ts";
import { VOTES } from "./find-deployment.ts";
import { toApprover, toProposal } from "./judge-decision.ts";
import { readLenders, type Voter } from "./lenders.ts";
import { LISTED_INCLUDE, toListedRow } from "./list-deployments.ts";

const MOST = 100;
const QUEUE_INCLUDE = { ...LISTED_INCLUDE, approvals: VOTES } as const;

interface Found {
  id: string;
  differences: bigint | number | null;
  losses: bigint | number | null;
  /** As JSON says it. */
  answered: string | null;
}
type Row = Prisma.DeploymentGetPayload<{ include: typeof QUEUE_INCLUDE; omit: typeof DEPLOYMENT_OMIT }> & {
  found: Found;
};

/** The oldest that fit, with what a queue shows of them: of what they contain, only how much it is. */
async function read(where: Prisma.Sql): Promise<Row[]> {
  const found = await db().$queryRaw<Found[]>`
    SELECT d.id, JSON_LENGTH(d.evidence, '$.differences') AS differences,
           JSON_LENGTH(d.evidence, '$.evidence.dataLoss') AS losses, JSON_EXTRACT(d.answers, '$.dataLoss') AS answered
    FROM Deployment d WHERE ${where} ORDER BY d.createdAt, d.id LIMIT ${MOST}`;
  if (found.length === 0) return [];
  const rows = await db().deployment.findMany({
    where: { id: { in: found.map(({ id }) => id) } },
    include: QUEUE_INCLUDE,
    omit: DEPLOYMENT_OMIT,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return found.flatMap((one) => {
    const row = byId.get(one.id);
    return row ? [{ ...row, found: one }] : [];
  });
}

const isAuthor = (userId: string) =>
  Prisma.sql`(d.requestedById <=> ${userId} OR JSON_CONTAINS(d.editorIds, JSON_QUOTE(${userId})))`;

/** What somebody may still give a vote for: their own, or one that was lent to them. Both have written nothing of it. */
function votable(actor: UserActor, voters: readonly string[], now: Date): Prisma.Sql {
  const others = voters.map((voter) => Prisma.sql`NOT ${isAuthor(voter)}`);
  return Prisma.sql`d.state = 'proposed' AND d.expiresAt > ${now} AND NOT ${isAuthor(actor.id)}
    AND (${Prisma.join(others, " OR ")})
    AND NOT EXISTS (SELECT 1 FROM Approval a WHERE a.deploymentId = d.id AND a.seal = d.seal
                    AND a.decision = 'approve' AND a.byId = ${actor.id})`;
}

function toQueueRow(row: Row): QueueRow {
  const { found } = row;
  return {
    ...toListedRow(row),
    ...{ needed: row.needed, given: countVoters(toProposal(row, row.seal)).size, reason: row.reason },
    expiresAt: row.expiresAt.toISOString(),
    differences: Number(found.differences ?? 0),
    dataLoss: Number(found.losses ?? 0) > 0 || String(found.answered) === "true",
    reviewDueAt: row.reviewDueAt?.toISOString() ?? null,
  };
}

/** What a vote of the reader's would count for. That what runs there may have changed is asked on its page. */
function toWaiting(actor: UserActor, row: Row, lenders: readonly Voter[], now: Date) {
  const proposal = toProposal(row, row.seal);
  const counts = (lender: Voter | null) => judgeApproval(proposal, toApprover(actor, lender), row.seal, now).ok;
  const onBehalfOf = lenders.filter(counts).map(({ id, name }) => ({ id, name }));
  if (!counts(null) && onBehalfOf.length === 0) return [];
  return [{ ...toQueueRow(row), why: "approve" as const, onBehalfOf }];
}

/** What waits for the reader: votes of theirs or lent to them, reviews that are due; and what they asked for themselves. */
export async function listApprovals(actor: UserActor, now: Date = new Date()): Promise<ApprovalsQueue> {
  authorize(actor, "deployments.decide");
  const lenders = await readLenders(db(), actor.id, now);
  const own = may(actor, "deployments.approve").ok ? [actor.id] : [];
  const voters = [...own, ...lenders.map(({ id }) => id)];
  const reviews = may(actor, "deployments.review").ok;
  const [proposed, unreviewed, mine] = await Promise.all([
    voters.length > 0 ? read(votable(actor, voters, now)) : [],
    reviews ? read(Prisma.sql`d.reviewDueAt IS NOT NULL AND d.reviewedAt IS NULL AND NOT ${isAuthor(actor.id)}`) : [],
    read(Prisma.sql`d.requestedById = ${actor.id} AND d.state IN (${Prisma.join([...OPEN_STATES])})`),
  ]);
  return {
    waiting: [
      ...unreviewed.map((row) => ({ ...toQueueRow(row), why: "review" as const, onBehalfOf: [] })),
      ...proposed.flatMap((row) => toWaiting(actor, row, lenders, now)),
    ],
    mine: mine.map(toQueueRow),
  };
}
