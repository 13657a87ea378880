"use client";

import { MessageSquare } from "lucide-react";
import { useState } from "react";
import type { DeploymentView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Field } from "../ui/field.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { buildTimeline } from "./build-timeline.ts";
import { useDeploymentAct } from "./use-deployment.ts";

/** What happened, what was said, and a place to say more. */
export function TimelineCard({ deployment }: { deployment: DeploymentView }) {
  return (
    <Card aria-label="Timeline">
      <CardHeader title="Timeline" />
      <CardBody className="grid grid-cols-1 gap-4">
        <ol className="grid grid-cols-1 gap-3">
          {buildTimeline(deployment).map(({ key, at, state, who, what, text, word }) => (
            <li key={key} className="flex items-start gap-2.5">
              <StateIcon state={state} word={word} className="mt-0.5" />
              <div className="min-w-0 flex-1">
                <p>
                  {who ? <strong className="font-medium">{who} </strong> : null}
                  {what}
                  <span className="text-muted text-sm">
                    {" · "}
                    <RelativeTime at={at} />
                  </span>
                </p>
                {text ? (
                  <p className="mt-1 max-w-prose whitespace-pre-wrap rounded-md bg-sunken [overflow-wrap:anywhere] px-3 py-2 text-sm">
                    {text}
                  </p>
                ) : null}
              </div>
            </li>
          ))}
        </ol>
        {deployment.may.comment.ok ? <CommentForm deploymentId={deployment.id} /> : null}
      </CardBody>
    </Card>
  );
}

function CommentForm({ deploymentId }: { deploymentId: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState("");
  const say = useDeploymentAct((words: string) =>
    api("POST /deployments/{deploymentId}/comments", { params: { deploymentId }, body: { text: words } }),
  );
  function close() {
    setText("");
    setIsOpen(false);
  }
  if (!isOpen)
    return (
      <Button size="sm" className="justify-self-start" onClick={() => setIsOpen(true)}>
        <MessageSquare aria-hidden /> Add a comment…
      </Button>
    );
  return (
    <form
      className="grid gap-2 border-line border-t pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) say.mutate(text.trim(), { onSuccess: close, onError: tellFailure });
      }}
    >
      <Field label="What you want to say" why="It decides nothing. Everybody who sees this page reads it.">
        <Textarea
          autoFocus
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
            if (event.key === "Escape" && text === "") close();
          }}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={close} disabled={say.isPending}>
          Leave it
        </Button>
        <Button type="submit" size="sm" variant="primary" pending={say.isPending} disabled={!text.trim()}>
          Comment
        </Button>
      </div>
    </form>
  );
}
