"use client";

import type { DeploymentState } from "#lib/releases/constants.ts";
import type { DeploymentView } from "#lib/releases/types.ts";
import { AnswersCard } from "./answers-card.tsx";
import { BetweenCard } from "./between-card.tsx";
import { DecisionCard } from "./decision-card.tsx";
import { DeploymentFacts } from "./deployment-facts.tsx";
import { DeploymentHeader } from "./deployment-header.tsx";
import { DeploymentNotice } from "./deployment-notice.tsx";
import { DifferenceCard } from "./difference-card.tsx";
import { EvidenceCard } from "./evidence-card.tsx";
import { LintCard } from "./lint-card.tsx";
import { ReviewCard } from "./review-card.tsx";
import { RunStepsCard } from "./run-steps-card.tsx";
import { TimelineCard } from "./timeline-card.tsx";
import { useDeployment, useTarget } from "./use-deployment.ts";

/** Its migrations are behind it. */
const MIGRATED: readonly DeploymentState[] = ["soaking", "done", "rolled_back"];

/** One release on its way to one environment: what would change, what was answered, who says yes, what came of it. */
export function DeploymentPage({ initialData, hasVote }: { initialData: DeploymentView; hasVote: boolean }) {
  const deployment = useDeployment(initialData);
  // Of what is open: what staging has, and the commit that runs. What is over was about another moment.
  const target = useTarget(deployment);
  const hasRun = deployment.startedAt !== null;
  const { source, previous, environment, serviceName, release } = deployment;
  return (
    <>
      <DeploymentHeader deployment={deployment} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_21rem]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <DeploymentNotice deployment={deployment} />
          <ReviewCard deployment={deployment} />
          <DifferenceCard
            environment={environment}
            differences={deployment.differences}
            staging={target?.elsewhere ?? null}
            runningNumber={previous?.releaseNumber ?? null}
            releaseNumber={release.number}
            hasRun={hasRun}
            {...(hasRun ? { migrationWord: MIGRATED.includes(deployment.state) ? "ran first" : "was to run" } : {})}
          />
          <BetweenCard
            serviceName={serviceName}
            environment={environment}
            between={deployment.between}
            sourceUrl={source.sourceUrl}
            from={target?.running?.release.commitId ?? null}
            to={source.commitId}
            hasRun={hasRun}
          />
          <LintCard content={deployment.content} found={deployment} isPast={hasRun} />
          <AnswersCard deployment={deployment} />
          <DecisionCard deployment={deployment} hasVote={hasVote} />
          <TimelineCard deployment={deployment} />
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <RunStepsCard deployment={deployment} />
          <DeploymentFacts deployment={deployment} />
          <EvidenceCard deployment={deployment} />
        </div>
      </div>
    </>
  );
}
