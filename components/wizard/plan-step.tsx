"use client";

import { Hand, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { formatDuration } from "#lib/platform/format.ts";
import { findGroup } from "#lib/services/schema/answers.ts";
import type { PlannedChange } from "#lib/steps/types.ts";
import { EVIDENCE_WORDS, wordTimes } from "../items/item-words.ts";
import { wordForKind } from "../runs/words.ts";
import { cn } from "../ui/cn.ts";
import { type State, StateIcon } from "../ui/state-badge.tsx";
import { MARKS, type PlannedStep, questionToChange, waitsFor } from "./plan-report.ts";

interface PlanStepProps {
  step: PlannedStep;
  steps: readonly PlannedStep[];
  number: number;
  /** Whose answers it is made from; left out: there are none to change. */
  draftId?: string;
}

const LOOK: Partial<Record<PlannedStep["state"], [State, string]>> = {
  running: ["running", "Being planned"],
  succeeded: ["done", "Planned"],
  failed: ["failed", "Would not work"],
  cancelled: ["skipped", "Not planned"],
};

/** One step of the plan: its changes, what it waits for, how long it usually takes, and what stands in its way. */
export function PlanStep({ step, steps, number, draftId }: PlanStepProps) {
  const isManual = step.name === "manual";
  const [state, word] = LOOK[step.state] ?? ["waiting", "Waiting to be planned"];
  const waiting = waitsFor(step, steps);
  const facts = [
    ...(waiting.length > 0 ? [`waits for: ${waiting.join(", ")}`] : []),
    ...(step.usualMs === null ? [] : [`usually ${formatDuration(step.usualMs)}`]),
    ...(step.item ? [wordTimes(step.item)].filter(Boolean) : []),
  ];
  return (
    <li className="grid grid-cols-[1.25rem_1rem_minmax(0,1fr)] items-start gap-x-2 px-4 py-2.5">
      <span className="text-right text-muted text-sm tabular-nums">{number}</span>
      <span className="pt-0.5">
        {isManual ? (
          <>
            <Hand aria-hidden className="size-4 text-person" />
            <span className="sr-only">By hand</span>
          </>
        ) : (
          <StateIcon state={state} word={word} />
        )}
      </span>
      <div className="grid grid-cols-1 gap-0.5">
        <p className="break-words font-medium">{step.title}</p>
        {isManual ? (
          <p className="text-muted text-sm">
            by hand: the run waits for {EVIDENCE_WORDS[step.item?.evidenceKind ?? "note"]} of who did it
          </p>
        ) : null}
        <Changes changes={step.changes ?? []} />
        {step.warnings.map((warning) => (
          <p key={warning} className="flex items-start gap-1.5 text-person text-sm">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" /> {warning}
          </p>
        ))}
        {step.error ? <StepError step={step} draftId={draftId} /> : null}
        {facts.length > 0 ? <p className="break-words text-muted text-xs">{facts.join(" · ")}</p> : null}
      </div>
    </li>
  );
}

/** What this service does not need, and why. */
export function SkippedSteps({ steps }: { steps: readonly PlannedStep[] }) {
  if (steps.length === 0) return null;
  return (
    <section className="px-4 py-3 text-muted text-sm">
      <h3 className="pb-1 font-medium">Skipped, and why</h3>
      <ul className="grid gap-0.5">
        {steps.map((step) => (
          <li key={step.id} className="break-words">
            {step.title}: {step.skipReason}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ changes }: { changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-0.5 font-mono text-sm">
      {changes.map((change) => (
        <li key={`${change.action} ${change.kind} ${change.name}`} className="flex gap-2">
          <span
            aria-hidden
            className={cn(
              "shrink-0 font-semibold",
              change.action === "create" && "text-done",
              change.action === "remove" && "text-failed",
              change.action === "change" && "text-person",
            )}
          >
            {MARKS[change.action]}
          </span>
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {change.action} {wordForKind(change.kind)} {change.name}
            {change.detail ? <span className="text-muted"> {change.detail}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

function StepError({ step, draftId }: { step: PlannedStep; draftId: string | undefined }) {
  const question = draftId === undefined ? null : questionToChange(step);
  const { error } = step;
  if (!error) return null;
  return (
    <div role="alert" className="grid gap-0.5 text-sm">
      <p className="break-words text-failed">{error.message}</p>
      {error.advice ? <p className="text-muted">{error.advice}</p> : null}
      {question ? (
        <Link
          href={`/services/new/${draftId}/${question.group}#${question.field}`}
          className="w-fit text-accent underline underline-offset-4"
        >
          Change the answer under “{findGroup(question.group)?.title}”
        </Link>
      ) : null}
    </div>
  );
}
