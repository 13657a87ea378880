"use client";

import Link from "next/link";
import type { DeploymentView } from "#lib/releases/types.ts";
import type { RunPageStep } from "#lib/runs/schema.ts";
import { formatPlace } from "../runs/log/permalink.ts";
import { stateOfStep } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { Duration } from "../ui/duration.tsx";
import { Progress } from "../ui/progress.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { isMoving } from "./release-words.ts";
import { useDeploymentRun } from "./use-deployment.ts";

/** The steps of the run that carries it out, each with a way into its log. */
export function RunStepsCard({ deployment }: { deployment: DeploymentView }) {
  const run = useDeploymentRun(deployment);
  if (!deployment.run) return null;
  const { id, stepsDone, stepsTotal } = run ?? deployment.run;
  return (
    <Card aria-label="Run">
      <CardHeader
        title="What was done"
        note={`${stepsDone} of ${stepsTotal} steps`}
        actions={
          <Button asChild size="sm">
            <Link href={`/runs/${id}`}>Open run {id}</Link>
          </Button>
        }
      />
      {isMoving(deployment) ? (
        <Progress label={`Steps of run ${id}`} done={stepsDone} total={stepsTotal} className="rounded-none" />
      ) : null}
      {run ? (
        <CardBody>
          <ol className="grid grid-cols-1 gap-2">
            {run.steps.map((step) => (
              <StepLine key={step.key} step={step} runId={id} />
            ))}
          </ol>
        </CardBody>
      ) : (
        <SkeletonRows rows={4} label="Loading the steps" />
      )}
    </Card>
  );
}

function StepLine({ step, runId }: { step: RunPageStep; runId: number }) {
  const { state, word } = stateOfStep(step.state);
  const last = step.attempts.at(-1);
  return (
    <li className="flex items-start gap-2.5">
      <StateIcon state={state} word={word} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <Link
          href={`/runs/${runId}${formatPlace({ stepKey: step.key })}`}
          className="underline-offset-4 [overflow-wrap:anywhere] hover:underline"
        >
          {step.title}
        </Link>
        {step.state === "running" && step.progress?.text ? (
          <span className="block text-muted text-sm">{step.progress.text}</span>
        ) : null}
        {step.skipReason ? <span className="block text-muted text-sm">{step.skipReason}</span> : null}
        {step.error && step.state !== "succeeded" ? (
          <span className="block text-failed text-sm [overflow-wrap:anywhere]">{step.error.message}</span>
        ) : null}
      </div>
      {last ? (
        <span className="whitespace-nowrap text-muted text-sm tabular-nums">
          <Duration from={last.startedAt} to={step.state === "running" ? null : (last.finishedAt ?? last.startedAt)} />
        </span>
      ) : null}
    </li>
  );
}
