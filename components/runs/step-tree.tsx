"use client";

import { useEffect, useRef } from "react";
import type { RunPageView } from "#lib/runs/schema.ts";
import { isActive } from "../state-of.ts";
import { useHydrated, useNow } from "../ui/use-now.ts";
import { StepRow } from "./step-row.tsx";
import { lastMoment, layoutTimeAxis } from "./time-axis.ts";

interface StepTreeProps {
  run: RunPageView;
  selectedKey: string | undefined;
  onSelect: (stepKey: string) => void;
}

/** The steps in order, each with its bar on the run's one time axis; below them, folded, what this run does not need. */
export function StepTree({ run, selectedKey, onSelect }: StepTreeProps) {
  const live = useNow(isActive(run.state) ? 1_000 : 60_000);
  // The first drawing is the server's: both must count from the same moment.
  const now = useHydrated() ? live : lastMoment(run);
  const axis = layoutTimeAxis(run, now);
  const tree = useRef<HTMLDivElement>(null);
  // Beside the log the list scrolls by itself: what the log is of stays in sight. On a phone it would move the page.
  useEffect(() => {
    if (selectedKey === undefined || !window.matchMedia("(min-width: 1024px)").matches) return;
    tree.current?.querySelector("[aria-current=step]")?.scrollIntoView({ block: "nearest" });
  }, [selectedKey]);
  const skipped = run.steps.filter((step) => step.state === "skipped");
  const draw = (step: RunPageView["steps"][number]) => (
    <StepRow
      key={step.id}
      run={run}
      step={step}
      now={now}
      spans={axis.get(step.key) ?? []}
      selected={step.key === selectedKey}
      onSelect={() => onSelect(step.key)}
    />
  );
  return (
    <div ref={tree}>
      <ol aria-label="Steps">{run.steps.filter((step) => step.state !== "skipped").map(draw)}</ol>
      {skipped.length > 0 ? (
        <details open={skipped.some((step) => step.key === selectedKey)} className="border-line border-t">
          <summary className="px-3 py-2 text-muted text-sm hover:text-ink">{skipped.length} skipped, and why</summary>
          <ol aria-label="Skipped steps" className="border-line border-t">
            {skipped.map(draw)}
          </ol>
        </details>
      ) : null}
    </div>
  );
}
