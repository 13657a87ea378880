import { may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { type ApprovalRefusal, type Approver, countVoters, type Proposal } from "../approval/judge-approval.ts";
import type { DeploymentState } from "../constants.ts";
import { authorsOf, type FoundDeployment } from "./find-deployment.ts";
import { hasLapsed, type Voter } from "./lenders.ts";

type VotedRow = Pick<FoundDeployment, "state" | "requestedById" | "editorIds" | "seal" | "expiresAt" | "needed"> & {
  approvals: readonly Pick<
    FoundDeployment["approvals"][number],
    "decision" | "voterId" | "byId" | "seal" | "voter" | "by"
  >[];
};

/** What a vote is judged by, from a row and the seal as it would be now. */
export const toProposal = (row: VotedRow, sealNow: string): Proposal => ({
  state: row.state as DeploymentState,
  requestedById: row.requestedById ?? "",
  editorIds: authorsOf(row),
  seal: row.seal,
  sealNow,
  expiresAt: row.expiresAt,
  approvals: row.approvals
    .filter(({ decision }) => decision === "approve")
    .map(({ voterId, byId, seal, voter, by }) => ({ userId: voterId, byId, seal, lapsed: hasLapsed({ voter, by }) })),
  needed: row.needed,
});

/** Said of what was approved by people who may not approve any more. */
export const TOO_FEW = "Somebody who approved it may not approve any more, so too few people have.";

/** Whether as many people as it takes have approved this very text, and all of them may still. */
export const isApproved = (row: VotedRow): boolean => countVoters(toProposal(row, row.seal)).size >= row.needed;

/** Somebody with their own vote, or with one that was lent to them. */
export const toApprover = (actor: UserActor, lender: Voter | null): Approver => ({
  userId: actor.id,
  mayApprove: lender ? lender.mayApprove : may(actor, "deployments.approve").ok,
  onBehalfOfId: lender?.id ?? null,
});

/** Why a vote does not count, in words for a page; with the HTTP status that says it to programs. */
export const REFUSALS: Record<ApprovalRefusal, { status: 403 | 409; words: string }> = {
  role: { status: 403, words: "Your role does not include approving." },
  own: { status: 403, words: "You asked for this or made a part of it: somebody else has to approve it." },
  "delegated-own": {
    status: 403,
    words: "Whoever lent you this vote asked for this or made a part of it: somebody else has to approve it.",
  },
  twice: { status: 409, words: "You or whoever's vote this is has voted already: one person, one vote." },
  closed: { status: 409, words: "It does not wait for approvals any more." },
  expired: { status: 409, words: "It has expired." },
  "other-text": { status: 409, words: "It was edited since you read it: read it again." },
  "release-changed": { status: 409, words: "The release is not what it was when this was proposed." },
  "target-changed": {
    status: 409,
    words: "The release, what runs there, its settings or its secrets are not what they were when this was proposed.",
  },
};
