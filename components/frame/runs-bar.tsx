"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { HomeView } from "#lib/services/types.ts";
import { stateOfRun } from "../state-of.ts";
import { Progress } from "../ui/progress.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { useHome } from "./use-home.ts";

type Moving = HomeView["inMotion"][number];

/** The runs in progress, thin, on every page; the run's own page shows it already. */
export function RunsBar() {
  const pathname = usePathname();
  const { data: home } = useHome();
  const moving = (home?.inMotion ?? []).filter((run) => pathname !== `/runs/${run.id}`);
  if (moving.length === 0) return null;
  const shown = moving.slice(0, 3);
  return (
    <section aria-label="Runs in progress" className="flex overflow-x-auto border-line border-b bg-surface">
      {shown.map((run) => (
        <RunChip key={run.id} run={run} />
      ))}
      {moving.length > shown.length ? (
        <Link
          href="/runs?state=active"
          className="flex items-center whitespace-nowrap px-4 text-muted text-xs hover:text-ink"
        >
          {moving.length - shown.length} more
        </Link>
      ) : null}
    </section>
  );
}

function RunChip({ run }: { run: Moving }) {
  const { state, word } = stateOfRun(run.state, run.mode);
  return (
    <Link
      href={`/runs/${run.id}`}
      className="relative flex h-8 min-w-44 max-w-80 items-center gap-2 px-4 text-xs hover:bg-hover sm:px-6"
    >
      <StateIcon state={state} word={word} className="size-3.5" />
      <span className="min-w-0 flex-1 truncate">{run.title}</span>
      <span className="text-muted tabular-nums">
        {run.stepsDone}/{run.stepsTotal}
      </span>
      <span className="absolute inset-x-0 bottom-0">
        <Progress label={run.title} done={run.stepsDone} total={run.stepsTotal} className="h-0.5 rounded-none" />
      </span>
    </Link>
  );
}
