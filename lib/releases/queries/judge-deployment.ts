import { type Action, may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { judgeApproval } from "../approval/judge-approval.ts";
import { type DeploymentState, MOVING_STATES, OPEN_STATES, RESUBMITTABLE_STATES } from "../constants.ts";
import { sayUntil } from "../format.ts";
import type { DeploymentView } from "../types.ts";
import { authorsOf, deploymentSubject, type FoundDeployment } from "./find-deployment.ts";
import type { Unsettled } from "./find-unsettled.ts";
import { isApproved, REFUSALS, TOO_FEW, toApprover, toProposal } from "./judge-decision.ts";
import type { Voter } from "./lenders.ts";

type Verdict = { ok: boolean; because: string | null };
const YES: Verdict = { ok: true, because: null };
const no = (because: string): Verdict => ({ ok: false, because });

export interface Circumstances {
  sealNow: string;
  calendar: { reason: string; until: string | null } | null;
  lenders: readonly Voter[];
  /** Null: what is current there is what serves there. */
  unsettled: Unsettled | null;
  now: Date;
}

/** Their own vote, or any that was lent to them; else why their own would not count. */
function judgeVote(actor: UserActor, row: FoundDeployment, { sealNow, lenders, now }: Circumstances): Verdict {
  const proposal = toProposal(row, sealNow);
  const judge = (lender: Voter | null) => judgeApproval(proposal, toApprover(actor, lender), row.seal, now);
  const own = judge(null);
  if (own.ok || lenders.some((lender) => judge(lender).ok)) return YES;
  return no(REFUSALS[own.refusal].words);
}

function judgeStart(row: FoundDeployment, { sealNow, calendar, now }: Circumstances): Verdict {
  if (row.state === "proposed") return no("It is not approved yet.");
  if (row.state !== "approved" && row.state !== "scheduled") return no("It has begun or ended.");
  if (now >= row.expiresAt) return no("Its approval has expired.");
  if (row.startAt && row.startAt > now) return no(`It is planned for ${sayUntil(row.startAt)}.`);
  if (row.kind === "release" && !isApproved(row)) return no(TOO_FEW);
  if (sealNow !== row.seal && row.needed > 0) return no(REFUSALS["target-changed"].words);
  if (calendar && row.kind === "release")
    return no(`${calendar.reason}${calendar.until ? ` It ends ${sayUntil(new Date(calendar.until))}.` : ""}`);
  return YES;
}

function judgeReview(actor: UserActor, row: FoundDeployment): Verdict {
  if (row.reviewDueAt === null) return no("It was approved before it ran.");
  if (row.reviewedAt) return no("It has been reviewed.");
  return authorsOf(row).includes(actor.id) ? no("Somebody else has to review it.") : YES;
}

/** Back to this one. To what is held for running too, when something else may serve. */
function judgeRollback({ id, state, environment }: FoundDeployment, { unsettled }: Circumstances): Verdict {
  if (state !== "done") return no("It never came to run there.");
  return environment.currentId === id && !unsettled ? no("It is what runs there.") : YES;
}

/** Of what runs there, to the one before it; of what failed half-way, to what was there when it began. */
function judgeRollbackToPrevious({ id, previousId, environment }: FoundDeployment, around: Circumstances): Verdict {
  const { unsettled } = around;
  if (previousId && environment.currentId === id)
    return unsettled ? no("Something else may serve there: go back to this one first.") : YES;
  const failedHere = unsettled?.deploymentIds.includes(id) && previousId === environment.currentId;
  return failedHere && previousId ? YES : no("It is not what runs there, or nothing was before it.");
}

/** What a reader may do with a deployment now, and if not, why not. The server asks again when they do it. */
export function judgeDeployment(actor: UserActor, row: FoundDeployment, around: Circumstances): DeploymentView["may"] {
  const state = row.state as DeploymentState;
  const subject = deploymentSubject(row);
  const allowed = (action: Action, verdict: Verdict): Verdict => {
    const answer = may(actor, action, subject);
    return answer.ok ? verdict : no(answer.because);
  };
  const isOpen = OPEN_STATES.includes(state);
  return {
    approve: judgeVote(actor, row, around),
    comment: allowed("deployments.comment", YES),
    edit: allowed("deployments.propose", isOpen && row.kind === "release" ? YES : no("It cannot be edited any more.")),
    start: allowed("deployments.start", judgeStart(row, around)),
    cancel: allowed(
      "deployments.cancel",
      isOpen ? YES : no(MOVING_STATES.includes(state) ? "It is under way: cancel its run." : "It has ended."),
    ),
    resubmit: allowed(
      "deployments.propose",
      row.kind === "release" && RESUBMITTABLE_STATES.includes(state)
        ? YES
        : no("Only what ended without coming to run can be proposed again."),
    ),
    rollback: allowed("deployments.rollBack", judgeRollback(row, around)),
    rollbackToPrevious: allowed("deployments.rollBack", judgeRollbackToPrevious(row, around)),
    review: allowed("deployments.review", judgeReview(actor, row)),
  };
}
