"use client";

import { Check, X } from "lucide-react";
import { useState } from "react";
import type { DecisionInput } from "#lib/releases/schema/release.ts";
import type { DeploymentView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { Select } from "../ui/select.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { useDeploymentAct } from "./use-deployment.ts";

interface DecisionCardProps {
  deployment: DeploymentView;
  /** The reader has a vote of their own, besides any that was lent to them. */
  hasVote: boolean;
}

/** How many have approved this very text, who, and what the reader may do about it. */
export function DecisionCard({ deployment, hasVote }: DecisionCardProps) {
  const { needed, approvals, seal, state, kind } = deployment;
  if (kind !== "release" || (needed === 0 && approvals.length === 0)) return null;
  const given = approvals.filter(({ counts, decision }) => counts && decision === "approve").length;
  return (
    <Card id="decision" aria-label="Approval" className="scroll-mt-4">
      <CardHeader
        title="Approval"
        note={`${given} of ${needed} ${needed === 1 ? "approval" : "approvals"} of this text`}
        actions={
          <span className="inline-flex items-center gap-1 text-muted text-sm">
            Seal <MonoId value={seal} head={6} tail={4} what="seal" />
          </span>
        }
      />
      <CardBody className="grid grid-cols-1 gap-4">
        <Votes deployment={deployment} given={given} />
        {state === "proposed" ? <Decide deployment={deployment} hasVote={hasVote} missing={needed - given} /> : null}
      </CardBody>
    </Card>
  );
}

function Votes({ deployment, given }: { deployment: DeploymentView; given: number }) {
  const { approvals, needed, state } = deployment;
  const missing = state === "proposed" ? Math.max(0, needed - given) : 0;
  if (approvals.length + missing === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-2">
      {approvals.map(({ voter, by, decision, counts, comment, createdAt }) => (
        <li key={`${voter.id} ${createdAt}`} className="flex items-start gap-2">
          <StateIcon
            state={!counts ? "skipped" : decision === "approve" ? "done" : "failed"}
            word={decision === "approve" ? "Approved" : "Rejected"}
            className="mt-0.5"
          />
          <div className="min-w-0">
            <p>
              <strong className="font-medium">{voter.name}</strong> {decision === "approve" ? "approved" : "rejected"}
              {by.id === voter.id ? "" : ` (given by ${by.name})`}
              {counts ? "" : ", an earlier text: it does not count"}
            </p>
            {comment ? (
              <p className="whitespace-pre-wrap text-muted text-sm [overflow-wrap:anywhere]">{comment}</p>
            ) : null}
          </div>
        </li>
      ))}
      {missing > 0 ? (
        <li className="flex items-center gap-2 text-muted">
          <StateIcon state="person" word="Missing" />
          {missing === 1 ? "One more person has to approve" : `${missing} more people have to approve`}
        </li>
      ) : null}
    </ul>
  );
}

const OWN = "";

function Decide({ deployment, hasVote, missing }: DecisionCardProps & { missing: number }) {
  const { id, may, delegators, environment, release } = deployment;
  // The text as it was when it was shown: one that changes under the reader's eyes has to be read first.
  const [readSeal, setReadSeal] = useState(deployment.seal);
  const [comment, setComment] = useState("");
  const [onBehalfOf, setOnBehalfOf] = useState(hasVote ? OWN : (delegators[0]?.id ?? OWN));
  const [isMissing, setIsMissing] = useState(false);
  const decide = useDeploymentAct((body: DecisionInput) =>
    api("POST /deployments/{deploymentId}/decisions", { params: { deploymentId: id }, body }),
  );
  const refused: Error | null = decide.error;
  const isOther = readSeal !== deployment.seal;
  if (!may.approve.ok)
    return may.approve.because ? (
      <p className="border-line border-t pt-3 text-muted">You cannot approve it: {may.approve.because}</p>
    ) : null;

  function send(decision: DecisionInput["decision"]) {
    const words = comment.trim();
    setIsMissing(decision === "reject" && words === "");
    if (decision === "reject" && words === "") return;
    decide.mutate(
      { decision, seal: readSeal, comment: words, onBehalfOfId: onBehalfOf || null },
      { onSuccess: () => setComment("") },
    );
  }

  return (
    <form onSubmit={(event) => event.preventDefault()} className="grid gap-3 border-line border-t pt-4">
      {isOther ? (
        <div role="alert">
          <Callout
            tone="warning"
            title="The text changed while you were reading"
            actions={
              <Button size="sm" onClick={() => setReadSeal(deployment.seal)}>
                I have read it as it is now
              </Button>
            }
          >
            What is shown above is the new one. You approve what you have read.
          </Callout>
        </div>
      ) : null}
      {delegators.length > 0 ? (
        <Field label="Whose vote" why="Lent to you for a time; one person has one vote.">
          <Select value={onBehalfOf} onChange={({ target }) => setOnBehalfOf(target.value)}>
            {hasVote ? <option value={OWN}>My own</option> : null}
            {delegators.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}’s
              </option>
            ))}
          </Select>
        </Field>
      ) : null}
      <Field
        label="Comment"
        why="Kept with the decision. To reject it, say why."
        error={isMissing ? "Say why it is rejected." : undefined}
      >
        <Textarea
          value={comment}
          onChange={({ target }) => {
            setComment(target.value);
            setIsMissing(false);
          }}
        />
      </Field>
      {refused ? (
        <ErrorPanel message={refused.message} advice={refused instanceof ApiError ? refused.advice : undefined} />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="min-w-0 flex-1 basis-48 text-muted text-sm">
          {missing <= 1
            ? "Yours is the last approval it needs: it starts as soon as it may."
            : `After yours ${missing - 1} more ${missing === 2 ? "is" : "are"} needed.`}
        </p>
        <Button variant="danger-quiet" onClick={() => send("reject")} disabled={decide.isPending || isOther}>
          <X aria-hidden /> Reject
        </Button>
        <Button variant="primary" onClick={() => send("approve")} pending={decide.isPending} disabled={isOther}>
          <Check aria-hidden /> Approve release {release.number} for {environment}
        </Button>
      </div>
    </form>
  );
}
