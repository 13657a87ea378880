import Link from "next/link";
import type { HomeView } from "#lib/services/types.ts";
import { stateOfRun } from "../state-of.ts";
import { Card } from "../ui/card.tsx";
import { Duration } from "../ui/duration.tsx";
import { Progress } from "../ui/progress.tsx";
import { StateIcon } from "../ui/state-badge.tsx";

/** Band two: what runs now, whoever began it. */
export function MotionBand({ runs }: { runs: HomeView["inMotion"] }) {
  if (runs.length === 0)
    return (
      <Card className="px-4 py-3.5 text-muted">
        No run is in progress.{" "}
        <Link href="/runs" className="text-accent underline underline-offset-4">
          See past runs
        </Link>
      </Card>
    );
  return (
    <Card>
      <ul className="divide-y divide-line">
        {runs.map((run) => {
          const { state, word } = stateOfRun(run.state, run.mode);
          return (
            <li key={run.id} className="relative px-4 py-2.5 hover:bg-hover">
              <div className="flex items-center gap-3">
                <StateIcon state={state} word={word} />
                <div className="min-w-0 flex-1">
                  <Link href={`/runs/${run.id}`} className="block truncate font-medium after:absolute after:inset-0">
                    {run.title}
                  </Link>
                  <p className="text-muted text-sm">
                    Run {run.id} · {word.toLowerCase()}
                    {run.requestedBy ? ` · begun by ${run.requestedBy}` : ""}
                  </p>
                </div>
                <div className="text-right text-muted text-sm tabular-nums">
                  <p>
                    {run.stepsDone} of {run.stepsTotal}
                  </p>
                  <p>
                    {run.startedAt ? (
                      <Duration from={run.startedAt} clock />
                    ) : run.state === "pending" ? (
                      "queued"
                    ) : null}
                  </p>
                </div>
              </div>
              <Progress label={`Steps of run ${run.id}`} done={run.stepsDone} total={run.stepsTotal} className="mt-2" />
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
