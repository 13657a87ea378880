"use client";

import Link from "next/link";
import type { RunPageItem, RunPageStep, RunPageView } from "#lib/runs/schema.ts";
import { ItemOutcome } from "../items/item-outcome.tsx";
import { ItemPanel } from "../items/item-panel.tsx";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
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
  const isManual = step.item !== null;
  if (step.state === "failed" || (step.state === "needs_person" && !isManual))
    return <FailedPanel run={run} step={step} acts={acts} onUndo={onUndo} />;
  if (step.item) {
    if (isOpenItem(step, step.item, run))
      return <ItemPanel key={step.id} runId={run.id} step={step} item={step.item} />;
    if (step.confirmedBy || step.item.waiver) return <ItemOutcome step={step} item={step.item} />;
  }
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

/** It is somebody's turn, or will be, or is again because a waiver has ended. */
function isOpenItem(step: RunPageStep, item: RunPageItem, run: RunPageView): boolean {
  if (run.mode !== "apply") return false;
  if (step.state === "needs_person") return true;
  return step.state === "blocked" ? item.may.edit : step.state === "skipped" && item.waiver?.isOver === true;
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
