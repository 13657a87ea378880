"use client";

import { Check, X } from "lucide-react";
import { useState } from "react";
import type { Decision } from "#lib/data-changes/schema/input.ts";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { useDataChangeAct } from "./use-data-change.ts";

/** Somebody else's yes or no, bound to the text they read. */
export function DecisionCard({ change }: { change: DataChangeView }) {
  // The text as it was when it was shown: one that changes under the reader's eyes has to be read first.
  const [readSeal, setReadSeal] = useState(change.seal);
  const [comment, setComment] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const decide = useDataChangeAct(change.id, (body: Decision) =>
    api("POST /data-changes/{dataChangeId}/decisions", { params: { dataChangeId: change.id }, body }),
  );
  const isOther = readSeal !== change.seal;

  function send(decision: Decision["decision"]) {
    const words = comment.trim();
    const misses = decision === "reject" && words === "";
    setIsMissing(misses);
    if (!misses) decide.mutate({ decision, seal: readSeal, comment: words });
  }

  return (
    <Card aria-label="Approval">
      <CardHeader
        title="Approval"
        note="By one person who neither proposed nor edited it."
        actions={
          <span className="inline-flex items-center gap-1 text-muted text-sm">
            Seal <MonoId value={change.seal} head={6} tail={4} what="seal" />
          </span>
        }
      />
      <CardBody>
        {change.may.approve ? (
          <p className="text-muted">You cannot approve it: {change.may.approve}</p>
        ) : (
          <form onSubmit={(event) => event.preventDefault()} className="grid gap-3">
            {isOther ? (
              <div role="alert">
                <Callout
                  tone="warning"
                  title="The text changed while you were reading"
                  actions={
                    <Button size="sm" onClick={() => setReadSeal(change.seal)}>
                      I have read it as it is now
                    </Button>
                  }
                >
                  What is shown is the new one. You approve what you have read.
                </Callout>
              </div>
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
            {decide.error ? (
              <ErrorPanel
                message={decide.error.message}
                advice={decide.error instanceof ApiError ? decide.error.advice : undefined}
              />
            ) : null}
            <div className="flex flex-wrap items-center justify-end gap-2">
              <p className="min-w-0 flex-1 basis-48 text-muted text-sm">
                Approving changes no data: a database administrator previews it first.
              </p>
              <Button variant="danger-quiet" onClick={() => send("reject")} disabled={decide.isPending || isOther}>
                <X aria-hidden /> Reject
              </Button>
              <Button variant="primary" onClick={() => send("approve")} pending={decide.isPending} disabled={isOther}>
                <Check aria-hidden /> Approve this text
              </Button>
            </div>
          </form>
        )}
      </CardBody>
    </Card>
  );
}
