"use client";

import { useRef, useState } from "react";
import type { RunPageView } from "#lib/runs/schema.ts";
import { MoveBanner } from "../moves/move-banner.tsx";
import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { cn } from "../ui/cn.ts";
import { LogPane } from "./log/log-pane.tsx";
import { RunHeader } from "./run-header.tsx";
import { StepPanel } from "./step-panel.tsx";
import { StepTree } from "./step-tree.tsx";
import { UndoDialog } from "./undo-dialog.tsx";
import { useLogPlace } from "./use-log-place.ts";
import { useRun } from "./use-run.ts";
import { useRunActs } from "./use-run-acts.ts";
import { stepToShow } from "./words.ts";

/** A run: its steps at the left, the log of one of them at the right, and what can be done about it. */
export function RunPage({ initialData }: { initialData: RunPageView }) {
  const { run, store, stream } = useRun(initialData);
  const acts = useRunActs(run);
  const { place, visit, choose } = useLogPlace();
  const [follow, setFollow] = useState(true);
  const [undoing, setUndoing] = useState(false);
  const logBox = useRef<HTMLElement>(null);
  // Without a choice of the reader's the page goes along with the run.
  const step = run.steps.find((one) => one.key === place?.stepKey) ?? stepToShow(run.steps);

  function select(stepKey: string) {
    choose({ stepKey });
    setFollow(true);
    if (window.matchMedia("(max-width: 1023px)").matches) logBox.current?.scrollIntoView({ block: "start" });
  }

  return (
    <div className="flex w-full flex-col px-4 pt-5 pb-4 sm:px-6 lg:h-[calc(100dvh-2.25rem)] lg:min-h-160">
      <RunHeader run={run} stream={stream} acts={acts} onUndo={() => setUndoing(true)} />
      <MoveBanner run={run} />
      {run.state === "cancelled" && run.may.undo ? (
        <Callout
          className="mb-3"
          title="Cancelled: what was made is still there"
          actions={
            <Button size="sm" variant="danger-quiet" onClick={() => setUndoing(true)}>
              Undo what was made
            </Button>
          }
        />
      ) : null}
      <div className="grid min-h-0 flex-1 gap-4 lg:grid-cols-[minmax(18rem,24rem)_minmax(0,1fr)]">
        <section
          aria-label="Steps of the run"
          className="min-h-0 overflow-y-auto rounded-lg border border-line bg-surface"
        >
          <StepTree run={run} selectedKey={step?.key} onSelect={select} />
        </section>
        {step ? (
          <section ref={logBox} aria-label="Chosen step" className="flex min-h-0 min-w-0 scroll-mt-14 flex-col gap-3">
            {/* A person's item may be long: it scrolls by itself, and the log stays in sight. */}
            <div className="min-h-0 empty:hidden lg:overflow-y-auto">
              <StepPanel run={run} step={step} acts={acts} onUndo={() => setUndoing(true)} />
            </div>
            <div
              className={cn(
                "flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface has-[section]:max-lg:h-[75dvh] max-lg:flex-none",
                step.item ? "lg:min-h-28" : "lg:min-h-44",
              )}
            >
              <LogPane
                run={run}
                step={step}
                store={store}
                place={place}
                visit={visit}
                onPlace={choose}
                follow={follow && isActive(run.state)}
                onFollow={(next) => {
                  setFollow(next);
                  // To follow is to go along with the run again, unless an old try was chosen.
                  if (next && place?.lines) choose({ stepKey: place.stepKey });
                }}
              />
            </div>
          </section>
        ) : null}
      </div>
      <UndoDialog run={run} open={undoing} onOpenChange={setUndoing} onConfirm={acts.undo} />
    </div>
  );
}
