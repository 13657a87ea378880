"use client";

import Link from "next/link";
import type { RunPageView } from "#lib/runs/schema.ts";
import { isActive } from "../state-of.ts";
import { DowntimeBudget } from "./downtime-budget.tsx";
import { GoBackButton } from "./go-back-button.tsx";
import { useMoveOfRun } from "./use-moves.ts";

/** Above the steps of a run that moves a service: its downtime against the budget, and the way back while there is one. */
export function MoveBanner({ run }: { run: RunPageView }) {
  const isOne = run.checklistKey === "move" || run.checklistKey === "move-back";
  const move = useMoveOfRun(run.id, { isOne, isActive: isActive(run.state) });
  if (!move) return null;
  return (
    <section
      aria-label="Downtime"
      className="mb-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-lg border border-line bg-surface px-3.5 py-2.5"
    >
      <div className="min-w-0 flex-1 basis-72">
        <DowntimeBudget move={move} />
      </div>
      <p className="text-muted text-sm">
        {move.fromHost} → {move.toHost}
        {run.service ? (
          <>
            {" · "}
            <Link className="text-accent underline underline-offset-4" href={`/services/${run.service.name}/move`}>
              all moves
            </Link>
          </>
        ) : null}
      </p>
      <GoBackButton move={move} />
    </section>
  );
}
