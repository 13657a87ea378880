"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useRef, useState } from "react";
import { type ReviewAnswers, reviewAnswersSchema } from "#lib/releases/schema/release.ts";
import type { ComparisonView, DeploymentView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems } from "../backups/find-problems.ts";
import { Section } from "../backups/section.tsx";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { useNow } from "../ui/use-now.ts";
import { BreakGlassDialog } from "./break-glass-dialog.tsx";
import { ComparisonBody } from "./comparison-body.tsx";
import { answersToSend, findContradictions, judgeStart } from "./proposal-draft.ts";
import { ProposalOutcome } from "./proposal-outcome.tsx";
import { ReviewQuestions } from "./review-questions.tsx";
import { StartFields } from "./start-fields.tsx";
import { useComparison } from "./use-comparison.ts";
import { useRefresh } from "./use-releases.ts";

interface ProposalFormProps {
  initialData: ComparisonView;
  /** An open proposal that is given another text; left out: a new one. */
  edits?: DeploymentView;
}

/** The difference first, then the review, then when, then one button: proposes a release for an environment. */
export function ProposalForm({ initialData, edits }: ProposalFormProps) {
  const router = useRouter();
  const refresh = useRefresh();
  const now = useNow();
  const form = useRef<HTMLFormElement>(null);
  const [answers, setAnswers] = useState<ReviewAnswers>(edits?.answers ?? initialData.prefilled);
  const [startAt, setStartAt] = useState(edits?.startAt ?? null);
  const [isLater, setIsLater] = useState(startAt !== null);
  const [isDirty, setIsDirty] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  // What was read: another text meanwhile has to be looked at before it is proposed.
  const [read, setRead] = useState(initialData);
  const { data: latest = initialData, error: lost, isPlaceholderData } = useComparison(initialData, answers);
  const hasChanged = latest.seal !== read.seal;
  const { release, environment, serviceName } = read;
  const back = edits ? `/deployments/${edits.id}` : `/services/${serviceName}/releases/${release.number}`;

  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true], [role=alert]")?.focus());
  const send = useMutation({
    mutationFn: () => {
      const body = { answers: answersToSend(answers), startAt: isLater ? startAt : null, seal: read.seal };
      return edits
        ? api("PUT /deployments/{deploymentId}", {
            params: { deploymentId: edits.id },
            body: { ...body, version: edits.version },
          })
        : api("POST /deployments", { body: { ...body, releaseId: release.id, environment } });
    },
    onSuccess: ({ id }) => {
      setIsDirty(false);
      void refresh();
      router.push(`/deployments/${id}`);
    },
    onError: focusFirst,
  });
  const refused = send.error instanceof ApiError ? send.error : undefined;
  const startProblem = judgeStart(isLater, startAt, now);
  const found = findProblems(reviewAnswersSchema, answersToSend(answers));
  const fields: Record<string, string> = { ...(wasTried ? found : {}), ...refused?.fields };
  const contradictions = findContradictions(answers, read.evidence);
  const isBlocked =
    contradictions.some(({ effect }) => effect === "blocks") || hasChanged || latest.differences.length === 0;

  function change<T>(set: (value: T) => void) {
    return (value: T) => {
      set(value);
      setIsDirty(true);
      if (send.isError) send.reset();
    };
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    setWasTried(true);
    if (Object.keys(found).length > 0 || startProblem) focusFirst();
    else send.mutate();
  }

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
      <UnsavedGuard isDirty={isDirty && !send.isSuccess} />
      {hasChanged ? (
        <div role="alert">
          <Callout
            tone="warning"
            title={`Something changed in ${environment} while you were here`}
            actions={
              <Button size="sm" onClick={() => setRead(latest)}>
                Show what is true now
              </Button>
            }
          >
            What is proposed is what was read: look at the new difference first. Your answers stay.
          </Callout>
        </div>
      ) : null}
      <ComparisonBody comparison={read} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid grid-cols-1 gap-4">
          <Section title="Review" note="Answered already as far as something was found. Whoever approves reads it.">
            <ReviewQuestions
              answers={answers}
              onChange={change(setAnswers)}
              evidence={read.evidence}
              contradictions={contradictions}
              fields={fields}
            />
          </Section>
          <Section title="When">
            <StartFields
              isLater={isLater}
              startAt={startAt}
              onChange={(later, at) => {
                change(setIsLater)(later);
                setStartAt(at);
              }}
              calendar={latest.calendar}
              error={wasTried ? (startProblem ?? fields.startAt) : fields.startAt}
            />
          </Section>
        </div>
        <div className="grid grid-cols-1 gap-4 lg:sticky lg:top-4">
          <ProposalOutcome
            comparison={latest}
            contradictions={contradictions}
            isAsking={isPlaceholderData}
            edits={edits}
          />
          {refused ? (
            <ErrorPanel
              message={refused.message}
              advice={refused.advice}
              detail={refused.detail}
              requestId={refused.requestId || undefined}
            />
          ) : lost ? (
            <ErrorPanel message={lost.message} />
          ) : null}
          <div className="flex flex-wrap justify-end gap-2">
            <Button asChild>
              <Link href={back}>Cancel</Link>
            </Button>
            <Button
              type="submit"
              variant="primary"
              disabled={isBlocked || !(edits ? edits.may.edit.ok : latest.may.propose.ok)}
              pending={send.isPending || send.isSuccess}
            >
              {edits ? "Save and ask again" : `Propose for ${environment}`}
            </Button>
          </div>
          {edits ? null : <BreakGlassDialog comparison={latest} />}
        </div>
      </div>
    </form>
  );
}
