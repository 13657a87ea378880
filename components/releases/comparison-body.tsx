import type { ComparisonView } from "#lib/releases/types.ts";
import { BetweenCard } from "./between-card.tsx";
import { DifferenceCard } from "./difference-card.tsx";
import { LabelsCard } from "./labels-card.tsx";
import { LintCard } from "./lint-card.tsx";

/** What is read before anything is answered: the difference, what comes with it, what migrations do. */
export function ComparisonBody({ comparison }: { comparison: ComparisonView }) {
  const { environment, release, running, elsewhere, between } = comparison;
  return (
    <>
      <DifferenceCard
        environment={environment}
        differences={comparison.differences}
        staging={elsewhere}
        runningNumber={running?.release.number ?? null}
        releaseNumber={release.number}
      />
      <BetweenCard
        serviceName={comparison.serviceName}
        environment={environment}
        between={between}
        sourceUrl={release.sourceUrl}
        from={running?.release.commitId ?? null}
        to={release.commitId}
      />
      <LintCard content={comparison.content} found={comparison} />
      <LabelsCard before={running?.labels ?? {}} after={release.labels} />
    </>
  );
}
