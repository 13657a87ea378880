"use client";

import Link from "next/link";
import { formatDuration, formatSpan } from "#lib/platform/format.ts";
import type { RunPageStep, RunPageView } from "#lib/runs/schema.ts";
import { Due } from "../items/item-facts.tsx";
import { stateOfStep } from "../state-of.ts";
import { cn } from "../ui/cn.ts";
import { Duration } from "../ui/duration.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { useNow } from "../ui/use-now.ts";
import { ChangeList } from "./change-list.tsx";
import { StepBar } from "./step-bar.tsx";
import { measureStep, type Span } from "./time-axis.ts";
import { resourceHref, titlesAwaited, wordForKind, wordForNeeded } from "./words.ts";

interface StepRowProps {
  run: RunPageView;
  step: RunPageStep;
  now: number;
  spans: readonly Span[];
  selected: boolean;
  onSelect: () => void;
}

/** A step: its state, how it goes, when it waited and ran, and what it made. */
export function StepRow({ run, step, now, spans, selected, onSelect }: StepRowProps) {
  const { state, word } = stateOfStep(step.state);
  const shown =
    run.mode === "undo" && step.state === "succeeded"
      ? ({ state: "undone", word: "Undone" } as const)
      : { state, word };
  return (
    <li className={cn("relative border-line border-b last:border-b-0", selected && "bg-accent-soft")}>
      <button
        type="button"
        aria-current={selected ? "step" : undefined}
        onClick={onSelect}
        className="grid w-full grid-cols-1 gap-1 px-3 py-2 text-left hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="flex items-start gap-2">
          <span className="flex h-5 items-center">
            <StateIcon state={shown.state} word={shown.word} />
          </span>
          <span className={cn("min-w-0 flex-1 break-words", step.state === "skipped" && "text-muted")}>
            {step.title}
          </span>
          <StepFigure step={step} word={shown.word} />
        </span>
        <StepNote step={step} run={run} selected={selected} />
        {spans.length > 0 ? <TimedBar step={step} now={now} spans={spans} /> : null}
      </button>
      {run.mode === "plan" && step.changes && step.changes.length > 0 ? (
        <div className="px-3 pb-2 pl-9">
          <ChangeList changes={step.changes} />
        </div>
      ) : null}
      <Made step={step} serviceName={run.service?.name} />
    </li>
  );
}

/** As short as `task 1/2`: it has room beside the title. */
const isFigure = (progress: RunPageStep["progress"]) => (progress?.text.length ?? 0) <= 10;

/** At the right: how far it is or how long it took. */
function StepFigure({ step, word }: { step: RunPageStep; word: string }) {
  const last = step.attempts.at(-1);
  const style = "whitespace-nowrap text-muted text-sm tabular-nums";
  if (step.state === "running" && last)
    return (
      <span className={style}>
        {isFigure(step.progress) ? <span className="pr-2 text-ink">{step.progress?.text}</span> : null}
        <Duration from={last.startedAt} />
      </span>
    );
  if (step.state === "succeeded" && last)
    return <Duration className={style} from={last.startedAt} to={last.finishedAt ?? last.startedAt} />;
  if (step.state === "succeeded" && step.item?.actualMs != null)
    return <span className={style}>{formatSpan(step.item.actualMs)}</span>;
  return <span className={style}>{word}</span>;
}

function StepNote({ step, run, selected }: { step: RunPageStep; run: RunPageView; selected: boolean }) {
  const parts = [
    step.state === "running" && !isFigure(step.progress) ? step.progress?.text : null,
    step.state === "blocked" ? titlesAwaited(step, run.steps).map((title) => `waits for “${title}”`)[0] : null,
    step.state === "needs_person"
      ? step.item?.claimedBy
        ? `${step.item.claimedBy.name} has it`
        : wordForNeeded(step)
      : null,
    step.state === "skipped" ? step.skipReason : null,
    step.confirmedBy ? `confirmed by ${step.confirmedBy.name}` : null,
    step.attempts.length > 1 ? `${step.attempts.length} tries` : null,
    step.error && step.state !== "succeeded" ? step.error.message : null,
    selected && step.usualMs !== null && run.mode !== "plan" ? `usually ${formatDuration(step.usualMs)}` : null,
  ].filter(Boolean);
  const dueBy = step.state === "needs_person" ? step.item?.dueBy : null;
  if (parts.length === 0 && !step.dueAt) return null;
  return (
    <span className="line-clamp-2 break-words pl-6 text-muted text-sm">
      {parts.join(" · ")}
      {step.dueAt ? <NextTry at={step.dueAt} /> : null}
      {dueBy ? (
        <>
          {" · "}
          <Due at={dueBy} />
        </>
      ) : null}
    </span>
  );
}

function NextTry({ at }: { at: string }) {
  const now = useNow(1000);
  const left = Date.parse(at) - now;
  return <span suppressHydrationWarning>{left > 0 ? ` · next try in ${formatSpan(left)}` : " · next try now"}</span>;
}

function TimedBar({ step, now, spans }: Pick<StepRowProps, "step" | "now" | "spans">) {
  const { queuedMs, ranMs } = measureStep(step, now);
  return (
    <span className="block pl-6">
      <StepBar spans={spans} label={`waited ${formatDuration(queuedMs)}, ran ${formatDuration(ranMs)}`} />
    </span>
  );
}

function Made({ step, serviceName }: { step: RunPageStep; serviceName: string | undefined }) {
  if (step.resources.length === 0) return null;
  return (
    <ul aria-label={`Made by ${step.title}`} className="grid grid-cols-1 gap-0.5 px-3 pb-2 pl-9 text-sm">
      {step.resources.map((resource) => {
        const href = resourceHref(resource.kind, serviceName);
        const name = (
          <span className={cn("break-all", resource.state === "gone" && "line-through")}>{resource.name}</span>
        );
        return (
          <li key={resource.id} className="text-muted" title={`${resource.kind} ${resource.providerId}`}>
            {wordForKind(resource.kind)}{" "}
            {href ? (
              <Link
                href={href}
                className="text-ink underline decoration-line underline-offset-2 hover:decoration-current"
              >
                {name}
              </Link>
            ) : (
              name
            )}
            {resource.state === "gone" ? " (gone)" : resource.state === "planned" ? " (not proven yet)" : ""}
          </li>
        );
      })}
    </ul>
  );
}
