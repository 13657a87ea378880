"use client";

import Link from "next/link";
import type { RunPageStep, RunPageView } from "#lib/runs/schema.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { ManualPanel } from "./manual-panel.tsx";
import type { RunActs } from "./use-run-acts.ts";
import { titlesAwaited } from "./words.ts";

interface StepPanelProps {
  run: RunPageView;
  step: RunPageStep;
  acts: RunActs;
  onUndo: () => void;
}

/** Above the log: what the reader should know of the step, and what can be done about it here. */
export function StepPanel({ run, step, acts, onUndo }: StepPanelProps) {
  const isManual = step.name === "manual";
  if (step.state === "failed" || (step.state === "needs_person" && !isManual))
    return <FailedPanel run={run} step={step} acts={acts} onUndo={onUndo} />;
  if (step.state === "needs_person")
    return (
      <ManualPanel
        key={step.id}
        step={step}
        mayConfirm={step.mayConfirm}
        onConfirm={(note) => acts.confirm(step.id, note)}
      />
    );
  if (step.confirmedBy)
    return (
      <Callout tone="done" title={`${step.confirmedBy.name} confirmed this`}>
        <p className="whitespace-pre-wrap">{step.note}</p>
        {step.finishedAt ? <RelativeTime at={step.finishedAt} className="text-muted text-sm" /> : null}
      </Callout>
    );
  if (step.state === "skipped") return <Callout title="Skipped">{step.skipReason ?? "It is not needed here."}</Callout>;
  if (step.state === "ready" && step.error)
    return (
      <Callout tone="warning" title={`Try ${step.attempts.length} did not work; the panel tries again by itself`}>
        {step.error.message}
      </Callout>
    );
  if (step.state === "blocked") {
    const awaited = titlesAwaited(step, run.steps);
    return <Callout title="Not begun">{awaited.length > 0 ? `It waits for: ${awaited.join(", ")}.` : null}</Callout>;
  }
  if (step.warnings.length > 0)
    return (
      <Callout tone="warning" title="Good to know">
        {step.warnings.join(" ")}
      </Callout>
    );
  return null;
}

function FailedPanel({ run, step, acts, onUndo }: StepPanelProps) {
  const error = step.error ?? step.attempts.at(-1)?.error;
  return (
    <ErrorPanel
      message={error?.message ?? "This step failed, and nobody knows why."}
      advice={error?.advice}
      detail={error?.detail}
      actions={
        <>
          {run.may.retry ? (
            <Button size="sm" variant="primary" pending={acts.isRetrying} onClick={acts.retry}>
              Retry from here
            </Button>
          ) : null}
          {run.draftId && run.mode !== "undo" ? (
            <Button size="sm" asChild>
              <Link href={`/services/new/${run.draftId}`}>Change answers</Link>
            </Button>
          ) : null}
          {run.may.undo ? (
            <Button size="sm" variant="danger-quiet" onClick={onUndo}>
              Undo what was made
            </Button>
          ) : null}
        </>
      }
    />
  );
}
