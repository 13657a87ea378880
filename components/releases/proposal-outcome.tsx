import { Archive, CircleAlert, FlaskConical, Hourglass, RotateCcw, Users } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import type { ComparisonView, DeploymentView } from "#lib/releases/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import type { Contradiction } from "./proposal-draft.ts";
import { nameDeployment, stateOfDeployment } from "./release-words.ts";

const RISKS: Record<ComparisonView["risks"][number], string> = {
  none: "nothing risky",
  schema: "a change of the schema",
  infrastructure: "a change of infrastructure",
  "data-loss": "a loss of data",
};

const LIST = new Intl.ListFormat("en-GB", { type: "conjunction" });

interface ProposalOutcomeProps {
  comparison: ComparisonView;
  /** Of the answers as they stand. */
  contradictions: readonly Contradiction[];
  /** The figures of these answers are on their way. */
  isAsking: boolean;
  edits: DeploymentView | undefined;
}

/** What follows from the answers as they stand. */
export function ProposalOutcome({ comparison, contradictions, isAsking, edits }: ProposalOutcomeProps) {
  const { needed, risks, differences, environment, open } = comparison;
  const isBlocked = contradictions.some(({ effect }) => effect === "blocks");
  const raisedBy = contradictions.filter(({ effect }) => effect === "raises").length;
  const migrates = differences.some(({ area }) => area === "migration");
  const others = open.filter(({ id }) => id !== edits?.id);
  const isUntried = comparison.elsewhere !== null && comparison.elsewhere.release.id !== comparison.release.id;
  const verdict = edits ? edits.may.edit : comparison.may.propose;
  return (
    <Card aria-label="What follows" aria-busy={isAsking || undefined}>
      <CardHeader title="What follows" />
      <CardBody className={cn("grid grid-cols-1 gap-2.5 transition-opacity", isAsking && "opacity-60")}>
        <ul className="grid gap-2.5" aria-live="polite">
          {isBlocked ? (
            <Line icon={<CircleAlert aria-hidden className="text-failed" />}>
              <strong className="font-medium text-failed">It cannot be proposed with these answers.</strong>
            </Line>
          ) : null}
          <Line icon={<Users aria-hidden className="text-muted" />}>
            {needed === 0 ? (
              "Nobody has to approve it."
            ) : (
              <>
                <strong className="font-medium">
                  {needed === 1 ? "One other person has" : `${needed} other people have`} to approve it
                </strong>
                {raisedBy > 0 ? `, ${raisedBy} of them for answers that are not what was found` : ""}: it is about{" "}
                {LIST.format(risks.map((risk) => RISKS[risk]))}.
              </>
            )}
          </Line>
          {isUntried ? (
            <Line icon={<FlaskConical aria-hidden className="text-person" />}>
              Staging runs release {comparison.elsewhere?.release.number}, not this one: it has not been tried there, or
              not to the end.
            </Line>
          ) : null}
          {edits ? (
            <Line icon={<RotateCcw aria-hidden className="text-muted" />}>
              Approvals given so far are void, and you may not approve it any more: you have edited it.
            </Line>
          ) : null}
          <Line icon={<Hourglass aria-hidden className="text-muted" />}>
            It waits {comparison.pendingHours} hours for approvals, and then {comparison.unusedHours} hours to start.
          </Line>
          {migrates ? (
            <Line icon={<Archive aria-hidden className="text-muted" />}>
              A backup is taken and proven before it migrates.{" "}
              {comparison.provenBackupAt ? (
                <>
                  The last proven one is from <RelativeTime at={comparison.provenBackupAt} />.
                </>
              ) : (
                "There is no proven one yet."
              )}
            </Line>
          ) : null}
        </ul>
        {others.length > 0 ? (
          <div className="border-line border-t pt-2.5 text-sm">
            <p className="pb-1 text-muted">
              Also open for {environment}; once this one is approved, older ones are superseded:
            </p>
            <ul className="grid gap-1">
              {others.map((one) => (
                <li key={one.id}>
                  <Link href={`/deployments/${one.id}`} className="text-accent underline-offset-4 hover:underline">
                    {nameDeployment(one)}
                  </Link>
                  <span className="text-muted"> · {stateOfDeployment(one.state).word.toLowerCase()}</span>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {verdict.ok || !verdict.because ? null : <p className="text-person text-sm">{verdict.because}</p>}
      </CardBody>
    </Card>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2 [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0">
      {icon}
      <span className="min-w-0">{children}</span>
    </li>
  );
}
