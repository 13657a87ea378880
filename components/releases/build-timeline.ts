import type { DeploymentView } from "#lib/releases/types.ts";
import type { State } from "../ui/state-badge.tsx";
import { isMoving, isOpen, stateOfDeployment } from "./release-words.ts";

interface TimelineEvent {
  key: string;
  at: string;
  state: State;
  /** Who, when it was a person. */
  who: string | null;
  what: string;
  /** What they wrote, or why. */
  text: string | null;
  /** Of the event, for those who only see the word. */
  word: string;
}

const PROPOSED: Record<DeploymentView["kind"], string> = {
  release: "proposed it",
  rollback: "rolled back",
  "break-glass": "broke the glass",
};

function listVotes({ approvals }: DeploymentView): TimelineEvent[] {
  return approvals.map(({ voter, by, decision, comment, createdAt, counts }): TimelineEvent => {
    const isApproval = decision === "approve";
    const lent = by.id === voter.id ? "" : ` in the name of ${voter.name}`;
    return {
      key: `vote-${voter.id}-${createdAt}`,
      at: createdAt,
      state: !counts ? "skipped" : isApproval ? "done" : "failed",
      who: by.name,
      what: `${isApproval ? "approved it" : "rejected it"}${lent}${counts ? "" : ", in an earlier text: it does not count any more"}`,
      text: comment || null,
      word: isApproval ? "Approved" : "Rejected",
    };
  });
}

/** Everything that happened to a deployment, in the order it happened. */
export function buildTimeline(deployment: DeploymentView): TimelineEvent[] {
  const { requestedBy, createdAt, reason, approvedAt, startedAt, finishedAt, outcome, review, comments } = deployment;
  const ended = stateOfDeployment(deployment.state);
  const events: TimelineEvent[] = [
    {
      key: "proposed",
      at: createdAt,
      state: "waiting",
      who: requestedBy?.name ?? null,
      what: requestedBy ? PROPOSED[deployment.kind] : "The panel sent it here by itself",
      text: reason,
      word: "Proposed",
    },
    ...listVotes(deployment),
    ...comments.map(
      ({ id, by, text, createdAt: at }): TimelineEvent => ({
        ...{ key: `comment-${id}`, at, state: "waiting", who: by.name },
        ...{ what: "wrote", text, word: "Comment" },
      }),
    ),
  ];
  const panel = (
    key: string,
    at: string | null | undefined,
    what: string,
    state: State,
    text: string | null = null,
  ) => {
    if (at) events.push({ key, at, state, who: null, what, text, word: what });
  };
  // Told after the vote that was the last one, whichever of the two was written down first.
  const lastVote = deployment.approvals.filter(({ counts }) => counts).at(-1)?.createdAt ?? "";
  if (deployment.needed > 0 && approvedAt)
    panel("approved", [approvedAt, lastVote].sort().at(-1), "It has all approvals it needs", "done");
  panel("started", startedAt, "It began", isMoving(deployment) ? "running" : "done");
  if (!isOpen(deployment) && !isMoving(deployment)) panel("ended", finishedAt, ended.word, ended.state, outcome);
  if (review?.at && review.by)
    events.push({
      ...{ key: "review", at: review.at, state: "done", who: review.by.name },
      ...{ what: "reviewed that the glass was broken", text: null, word: "Reviewed" },
    });
  // Asked for and begun in one breath are written down by two clocks.
  const when = ({ at }: TimelineEvent) => (at < createdAt ? createdAt : at);
  return events.sort((one, other) => when(one).localeCompare(when(other)));
}
