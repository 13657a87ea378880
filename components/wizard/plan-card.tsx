"use client";

import { RotateCw } from "lucide-react";
import { formatSpan } from "#lib/platform/format.ts";
import { ApiError } from "../api-client.ts";
import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Progress } from "../ui/progress.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useDraft } from "./draft-context.tsx";
import { type PlannedRun, type PlanTotals, planTotals } from "./plan-report.ts";
import { PlanStep, SkippedSteps } from "./plan-step.tsx";
import { ProvisionButton } from "./provision-button.tsx";
import { usePlan } from "./use-plan.ts";

/** What each step would do, as it finds out, and the button that does it. */
export function PlanCard() {
  const { draft, checked, isChecked } = useDraft();
  const { run, begin, error } = usePlan();
  const totals = run ? planTotals(run) : undefined;
  const isBlocked = isChecked && !checked.check.ready;
  const isRunning = draft.service?.state === "provisioning";
  return (
    <Card aria-label="The plan">
      <CardHeader
        title="The plan"
        note={<span aria-live="polite">{isBlocked ? "Not made yet" : sayWhere(run, totals)}</span>}
        actions={
          isBlocked || isRunning ? null : (
            <Button
              size="sm"
              onClick={() => begin.mutate()}
              pending={begin.isPending || (run !== undefined && isActive(run.state))}
              disabled={!isChecked}
            >
              <RotateCw aria-hidden /> Check the plan
            </Button>
          )
        }
      />
      {run && isActive(run.state) ? (
        <Progress label="Steps planned" done={totals?.planned ?? 0} total={run.steps.length} className="rounded-none" />
      ) : null}
      {error && !isBlocked ? <PlanError error={error} /> : null}
      {isBlocked ? <Blocked count={Object.keys(checked.check.fields).length} /> : null}
      {run && !isBlocked ? (
        <>
          <ol className="divide-y divide-line border-line border-b">
            {run.steps
              .filter((step) => step.state !== "skipped")
              .map((step, index) => (
                <PlanStep key={step.id} step={step} steps={run.steps} number={index + 1} draftId={draft.id} />
              ))}
          </ol>
          <SkippedSteps steps={run.steps.filter((step) => step.state === "skipped")} />
        </>
      ) : isBlocked || error ? null : (
        <SkeletonRows rows={8} label="Making the plan" />
      )}
      {run && !isRunning ? <ProvisionButton run={run} /> : null}
    </Card>
  );
}

function sayWhere(run: PlannedRun | undefined, totals: PlanTotals | undefined): string {
  if (!run || !totals) return "Asking every step what it would change. Nothing is touched.";
  if (isActive(run.state)) return `${totals.planned} of ${totals.total} steps planned. Nothing is touched.`;
  if (totals.failed > 0)
    return `${totals.failed === 1 ? "One step" : `${totals.failed} steps`} would not work. Nothing was touched.`;
  const usual = totals.usualMs === null ? "" : ` It usually takes about ${formatSpan(totals.usualMs)}.`;
  return `${totals.steps} steps. Nothing is touched yet.${usual}`;
}

function PlanError({ error }: { error: Error }) {
  const about = error instanceof ApiError ? error : undefined;
  return (
    <ErrorPanel
      className="p-4"
      title="The plan could not be made"
      message={error.message}
      advice={about?.advice}
      detail={about?.detail}
      requestId={about?.requestId || undefined}
    />
  );
}

function Blocked({ count }: { count: number }) {
  return (
    <p className="px-4 py-6 text-muted">
      {count === 1 ? "One answer has" : `${count} answers have`} to be given or changed first. Your answers name{" "}
      {count === 1 ? "it" : "them"}, each with the way to its question.
    </p>
  );
}
