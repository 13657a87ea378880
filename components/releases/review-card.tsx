"use client";

import { useState } from "react";
import type { DeploymentView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Field } from "../ui/field.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { useNow } from "../ui/use-now.ts";
import { useDeploymentAct } from "./use-deployment.ts";

/** Somebody else looks afterwards at what went to production without approval. */
export function ReviewCard({ deployment }: { deployment: DeploymentView }) {
  const { review, requestedBy, reason, may } = deployment;
  const now = useNow();
  if (!review) return null;
  const who = requestedBy?.name ?? "Somebody";
  if (review.at)
    return (
      <Callout
        tone="done"
        title={`${who} deployed it without approval, and ${review.by?.name ?? "somebody"} has reviewed it`}
      >
        “{reason}”
      </Callout>
    );
  const isLate = Date.parse(review.dueAt) < now;
  return (
    <Callout
      tone={isLate ? "failed" : "warning"}
      title={`${who} deployed it without approval: somebody else has to review it`}
    >
      <p className="whitespace-pre-wrap">“{reason}”</p>
      <p className="pt-1 text-muted text-sm">
        {isLate ? "It was due " : "Due "}
        <RelativeTime at={review.dueAt} />: <ExactTime at={review.dueAt} />
      </p>
      {may.review.ok ? (
        <ReviewForm deploymentId={deployment.id} />
      ) : may.review.because ? (
        <p className="pt-1 text-muted text-sm">{may.review.because}</p>
      ) : null}
    </Callout>
  );
}

const WORDS_MIN = 3;

function ReviewForm({ deploymentId }: { deploymentId: string }) {
  const [comment, setComment] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const isShort = comment.trim().length < WORDS_MIN;
  const review = useDeploymentAct((words: string) =>
    api("POST /deployments/{deploymentId}/review", { params: { deploymentId }, body: { comment: words } }),
  );
  return (
    <form
      className="grid gap-2 pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        setWasTried(true);
        if (!isShort) review.mutate(comment.trim(), { onError: tellFailure });
      }}
    >
      <Field
        label="What you found"
        why="Was it needed, and is production as it should be?"
        error={wasTried && isShort ? "Say what you found." : undefined}
        required
      >
        <Textarea value={comment} onChange={({ target }) => setComment(target.value)} />
      </Field>
      <Button type="submit" variant="primary" className="justify-self-end" pending={review.isPending}>
        Record the review
      </Button>
    </form>
  );
}
