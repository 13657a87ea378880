import Link from "next/link";
import type { RunLink } from "#lib/services/types.ts";
import { isActive, stateOfRun } from "../state-of.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Duration } from "../ui/duration.tsx";
import { Progress } from "../ui/progress.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

/** The run a reader most likely came for. */
export function LatestRunCard({ runs }: { runs: RunLink[] }) {
  const run = runs[0];
  if (!run) return null;
  const { state, word } = stateOfRun(run.state, run.mode);
  return (
    <Card className="relative hover:bg-hover">
      <CardHeader title="Latest run" actions={<StateBadge plain state={state} word={word} />} />
      <CardBody className="grid gap-1 py-3">
        <Link href={`/runs/${run.id}`} className="break-words font-medium after:absolute after:inset-0">
          {run.title}
        </Link>
        <p className="text-muted text-sm">
          Run {run.id} · {run.stepsDone} of {run.stepsTotal} steps ·{" "}
          {run.startedAt ? <Duration from={run.startedAt} to={run.finishedAt} /> : "queued"} ·{" "}
          <RelativeTime at={run.finishedAt ?? run.createdAt} />
        </p>
        {isActive(run.state) ? (
          <Progress label={`Steps of run ${run.id}`} done={run.stepsDone} total={run.stepsTotal} className="mt-1" />
        ) : null}
      </CardBody>
    </Card>
  );
}
