import type { RunPageStep, RunPageView } from "#lib/runs/schema.ts";

type Kind = "queued" | "running" | "succeeded" | "failed" | "stopped";

/** A part of a step's bar, in shares of the axis from 0 to 1. */
export interface Span {
  kind: Kind;
  from: number;
  to: number;
}

interface Interval {
  kind: Kind;
  from: number;
  to: number;
}

/** An idle stretch longer than this share of the busy time is drawn as if it were this long. */
const IDLE_SHARE = 0.06;

function intervalsOf(step: RunPageStep, now: number): Interval[] {
  const tried = step.attempts.flatMap((attempt): Interval[] => {
    const [ready, started] = [Date.parse(attempt.readyAt), Date.parse(attempt.startedAt)];
    const kind: Kind =
      attempt.state === "running" || attempt.state === "succeeded" || attempt.state === "failed"
        ? attempt.state
        : "stopped";
    const ended = attempt.finishedAt ? Date.parse(attempt.finishedAt) : now;
    return [
      { kind: "queued", from: Math.min(ready, started), to: started },
      { kind, from: started, to: Math.max(started, ended) },
    ];
  });
  // Ready, and not yet taken up.
  if (step.state === "ready" && step.readyAt) tried.push({ kind: "queued", from: Date.parse(step.readyAt), to: now });
  return tried;
}

/** Moments of the clock to moments of the axis, with long idle stretches cut short. */
function makeScale(intervals: readonly Interval[]): (at: number) => number {
  const busy: [number, number][] = [];
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = busy.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else busy.push([from, to]);
  }
  const busyMs = busy.reduce((sum, [from, to]) => sum + to - from, 0);
  const longestIdle = Math.max(busyMs * IDLE_SHARE, 1);
  let length = 0;
  const stretches = busy.map(([from, to], i) => {
    const before = i === 0 ? 0 : Math.min(from - (busy[i - 1]?.[1] ?? from), longestIdle);
    const start = length + before;
    length = start + to - from;
    return { from, to, start };
  });
  return (at) => {
    const stretch = stretches.findLast((one) => one.from <= at);
    if (!stretch || length === 0) return 0;
    return Math.min(1, (stretch.start + Math.min(at, stretch.to) - stretch.from) / length);
  };
}

/** Every step's queue delay and run time, attempt by attempt, on the one axis of its run; by step key. */
export function layoutTimeAxis(run: Pick<RunPageView, "steps">, now: number): Map<string, Span[]> {
  const bySteps = run.steps.map((step) => ({ key: step.key, intervals: intervalsOf(step, now) }));
  const scale = makeScale(bySteps.flatMap((step) => step.intervals));
  return new Map(
    bySteps.map(({ key, intervals }) => [
      key,
      intervals
        .filter(({ from, to }) => to > from)
        .map(({ kind, from, to }) => ({ kind, from: scale(from), to: scale(to) })),
    ]),
  );
}

/** The newest moment that the run's view knows of. */
export function lastMoment(run: RunPageView): number {
  const moments = run.steps.flatMap((step) =>
    step.attempts.flatMap((attempt) => [attempt.startedAt, attempt.finishedAt ?? attempt.startedAt]),
  );
  return Math.max(Date.parse(run.createdAt), ...moments.map((moment) => Date.parse(moment)));
}

/** How long the step waited for a worker and how long it ran, over all attempts, milliseconds. */
export function measureStep(step: RunPageStep, now: number): { queuedMs: number; ranMs: number } {
  let [queuedMs, ranMs] = [0, 0];
  for (const { kind, from, to } of intervalsOf(step, now)) {
    if (kind === "queued") queuedMs += to - from;
    else ranMs += to - from;
  }
  return { queuedMs, ranMs };
}

/** How long the whole run takes usually: its longest chain of steps that wait for each other. Null when nothing is known. */
export function usualDuration(steps: readonly RunPageStep[]): number | null {
  const ends = new Map<string, number>();
  let known = false;
  // Steps are in order: what one waits for stands before it.
  for (const step of steps) {
    const begins = Math.max(0, ...step.dependsOn.map((key) => ends.get(key) ?? 0));
    const takes = step.state === "skipped" || step.name === "manual" ? 0 : (step.usualMs ?? 0);
    known ||= takes > 0;
    ends.set(step.key, begins + takes);
  }
  return known ? Math.max(...ends.values()) : null;
}
