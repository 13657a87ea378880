"use client";

import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Progress } from "../ui/progress.tsx";
import { type PlannedRun, planTotals } from "../wizard/plan-report.ts";
import { PlanStep, SkippedSteps } from "../wizard/plan-step.tsx";

interface EndPlanProps {
  run: PlannedRun;
  /** It was made for what is chosen now. */
  isCurrent: boolean;
  serviceName: string;
  /** What there will be to go back to, or that there is nothing, in a sentence. */
  wayBack: string;
  onStart(): Promise<void>;
}

/** What each step would take away, as it finds out, and the button that does it. */
export function EndPlan({ run, isCurrent, serviceName, wayBack, onStart }: EndPlanProps) {
  const totals = planTotals(run);
  const steps = run.steps.filter((step) => step.state !== "skipped");
  const removed = steps.flatMap((step) => (step.changes ?? []).filter((change) => change.action === "remove"));
  const words = isActive(run.state)
    ? `${totals.planned} of ${totals.total} steps planned. Nothing is touched.`
    : totals.failed > 0
      ? "Something would not work. Nothing was touched."
      : `${totals.steps} steps. Nothing is touched yet.`;
  return (
    <Card aria-label="The plan">
      <CardHeader title="The plan" note={<span aria-live="polite">{words}</span>} />
      {isActive(run.state) ? (
        <Progress label="Steps planned" done={totals.planned} total={totals.total} className="rounded-none" />
      ) : null}
      <ol className="divide-y divide-line border-line border-b">
        {steps.map((step, index) => (
          <PlanStep key={step.id} step={step} steps={run.steps} number={index + 1} />
        ))}
      </ol>
      <SkippedSteps steps={run.steps.filter((step) => step.state === "skipped")} />
      <CardBody className="flex flex-wrap items-center justify-end gap-3">
        {isCurrent ? null : <p className="text-muted">The choices were changed: plan again.</p>}
        <ConfirmDialog
          trigger={
            <Button variant="danger" disabled={!isCurrent || run.state !== "succeeded"}>
              Decommission {serviceName}
            </Button>
          }
          title={`Decommission ${serviceName}?`}
          nameToType={serviceName}
          action={`Decommission ${serviceName}`}
          onConfirm={onStart}
        >
          <p>
            {removed.length === 1 ? "One thing is" : `${removed.length} things are`} taken away. It cannot be undone.{" "}
            {wayBack}
          </p>
        </ConfirmDialog>
      </CardBody>
    </Card>
  );
}
