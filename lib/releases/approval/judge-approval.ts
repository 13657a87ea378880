import type { DeploymentState } from "../constants.ts";

/** What is known of a proposal when somebody wants to approve it. */
export interface Proposal {
  state: DeploymentState;
  requestedById: string;
  /** Everybody who changed the release or its answers. */
  editorIds: readonly string[];
  /** Hash over the release, its answers and the state of its target, as it was when it was proposed. */
  seal: string;
  /** The same, computed now. */
  sealNow: string;
  expiresAt: Date;
  /**
   * `byId`: who gave it, where the vote was lent to them. `lapsed`: whoever's vote it is or who gave it may not vote any more.
   */
  approvals: readonly { userId: string; byId?: string; seal: string; lapsed?: boolean }[];
  needed: number;
}

export interface Approver {
  userId: string;
  /** Whether a row of the policy lets them approve at all. */
  mayApprove: boolean;
  /** Who lent them their vote, if they speak for somebody. */
  onBehalfOfId: string | null;
}

export type ApprovalRefusal =
  | "role"
  | "own"
  | "delegated-own"
  | "twice"
  | "closed"
  | "expired"
  | "other-text"
  | "release-changed"
  | "target-changed";

export type ApprovalVerdict = { ok: true; completes: boolean } | { ok: false; refusal: ApprovalRefusal };

/**
 * Whether this person's approval counts. Four eyes have no exception: who asked for it or edited it never approves it, nor does
 * anybody in their name. `presented` is the seal of the page that was read: what was approved is what was seen.
 */
export function judgeApproval(proposal: Proposal, approver: Approver, presented: string, now: Date): ApprovalVerdict {
  const refuse = (refusal: ApprovalRefusal): ApprovalVerdict => ({ ok: false, refusal });
  if (!approver.mayApprove) return refuse("role");
  const authors = new Set([proposal.requestedById, ...proposal.editorIds]);
  if (authors.has(approver.userId)) return refuse("own");
  if (approver.onBehalfOfId && authors.has(approver.onBehalfOfId)) return refuse("delegated-own");
  if (proposal.state !== "proposed") return refuse("closed");
  if (now >= proposal.expiresAt) return refuse("expired");
  if (presented !== proposal.seal) return refuse("other-text");
  if (proposal.sealNow !== proposal.seal) return refuse("target-changed");
  const voters = countVoters(proposal);
  const voter = approver.onBehalfOfId ?? approver.userId;
  const hands = new Set(findVotes(proposal).map(({ byId }) => byId));
  // One person, one vote: their own and one that was lent to them, or two that were, are not two people.
  if (voters.has(voter) || voters.has(approver.userId) || hands.has(approver.userId)) return refuse("twice");
  return { ok: true, completes: voters.size + 1 >= proposal.needed };
}

type Voted = Pick<Proposal, "approvals" | "seal" | "requestedById" | "editorIds">;

/** The votes for this very seal, by people who may vote still and have written nothing of it. */
function findVotes({ approvals, seal, requestedById, editorIds }: Voted): Proposal["approvals"] {
  const authors = new Set([requestedById, ...editorIds]);
  const isAuthors = ({ userId, byId }: Proposal["approvals"][number]) =>
    authors.has(userId) || (byId !== undefined && authors.has(byId));
  return approvals.filter((one) => one.seal === seal && !one.lapsed && !isAuthors(one));
}

/** Distinct people whose approval counts: one vote of each, and one by each hand. */
export function countVoters(proposal: Voted): Set<string> {
  const voters = new Set<string>();
  const hands = new Set<string>();
  for (const { userId, byId = userId } of findVotes(proposal)) {
    if (hands.has(byId)) continue;
    voters.add(userId);
    hands.add(byId);
  }
  return voters;
}
