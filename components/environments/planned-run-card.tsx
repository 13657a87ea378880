import type { ReactNode } from "react";
import type { EnvironmentPlan } from "#lib/releases/types.ts";
import type { ApiError } from "../api-client.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { PlannedSteps } from "./planned-steps.tsx";

interface PlannedRunCardProps {
  plan: { steps: EnvironmentPlan["steps"] } | undefined;
  isPlannable: boolean;
  isCurrent: boolean;
  unplanned: ApiError | undefined;
  /** How many steps there may be: lines that stand there while it is planned. */
  rows: number;
  /** What the form lacks before it can be planned. */
  lacks: string;
  /** Above the steps. */
  children?: ReactNode;
}

/** Beside a form: what pressing its button would do. */
export function PlannedRunCard(props: PlannedRunCardProps) {
  const { plan, isPlannable, isCurrent, unplanned, rows, lacks, children } = props;
  return (
    <Card aria-label="This will happen" className="overflow-hidden lg:sticky lg:top-4">
      <CardHeader title="This will happen" note="Nothing is touched before you press the button." />
      {unplanned && isPlannable ? (
        <CardBody>
          <ErrorPanel message={unplanned.message} advice={unplanned.advice} />
        </CardBody>
      ) : plan ? (
        <>
          {children}
          <PlannedSteps steps={plan.steps} isStale={!isCurrent} />
        </>
      ) : isPlannable ? (
        <SkeletonRows rows={rows} label="Planning" />
      ) : (
        <CardBody>
          <p className="text-muted">{lacks}</p>
        </CardBody>
      )}
    </Card>
  );
}
