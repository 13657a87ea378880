"use client";

import { useMemo, useState } from "react";
import type { RunPageStep, RunPageView } from "#lib/runs/schema.ts";
import type { LogStore } from "./log-store.ts";
import { LogToolbar } from "./log-toolbar.tsx";
import { LogView } from "./log-view.tsx";
import type { LogPlace } from "./permalink.ts";
import { useLogSearch } from "./use-log-search.ts";

interface LogPaneProps {
  run: RunPageView;
  step: RunPageStep;
  store: LogStore;
  place: LogPlace | undefined;
  visit: number;
  onPlace: (place: LogPlace) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
}

/** The log of the chosen step: its toolbar and its lines. */
export function LogPane({ run, step, store, place, visit, onPlace, follow, onFollow }: LogPaneProps) {
  const [wrap, setWrap] = useState(false);
  const [gone, setGone] = useState<{ seq: number; attemptId: number; n: number }>();
  const search = useLogSearch(run, (hit) => {
    onFollow(false);
    onPlace({ stepKey: hit.stepKey, attempt: hit.attempt });
    setGone((before) => ({ seq: hit.seq, attemptId: hit.attemptId, n: (before?.n ?? 0) + 1 }));
  });
  const chosen = place?.stepKey === step.key ? place : undefined;
  const attempt = step.attempts.find((one) => one.number === chosen?.attempt) ?? step.attempts.at(-1);
  const live = attempt?.state === "running";
  const lines = chosen?.lines;
  // A link's lines are gone to once a visit; what is picked by hand is in sight already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new visit moves the log
  const visited = useMemo(() => (lines ? { seq: lines.from, n: visit } : undefined), [visit, attempt?.id]);
  const goTo = gone && gone.attemptId === attempt?.id ? gone : visited;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <LogToolbar
        run={run}
        step={step}
        attempt={attempt}
        onAttempt={(number) => onPlace({ stepKey: step.key, attempt: number })}
        search={search}
        follow={follow}
        onFollow={onFollow}
        live={live}
        wrap={wrap}
        onWrap={setWrap}
      />
      {attempt ? (
        <LogView
          key={attempt.id}
          store={store}
          attemptId={attempt.id}
          place={{ stepKey: step.key, attempt: attempt.number, ...(lines ? { lines } : {}) }}
          onPick={(picked) => {
            onFollow(false);
            setGone(undefined);
            onPlace({ stepKey: step.key, attempt: attempt.number, lines: picked });
          }}
          goTo={goTo}
          fromEnd={attempt.state !== "succeeded"}
          follow={follow && live}
          onFollow={onFollow}
          wrap={wrap}
          find={search.wanted}
          foundSeq={search.hit?.attemptId === attempt.id ? search.hit.seq : undefined}
          label={`Log of ${step.title}, try ${attempt.number}`}
          live={live}
        />
      ) : (
        <p className="bg-sunken px-3 py-6 text-center text-muted lg:flex-1">
          {step.name === "manual" ? "A person does this step, so it has no log." : "It has no log yet."}
        </p>
      )}
    </div>
  );
}
