import Link from "next/link";
import type { BackupPoint } from "#lib/backups/types.ts";
import { formatDuration } from "#lib/platform/format.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { sayWhatIsMissing } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { TargetFailing } from "./target-failing.tsx";

/** The claim first: as of when it can provably be brought back, or what is missing for that. */
export function ClaimCard({ point }: { point: BackupPoint }) {
  const missing = sayWhatIsMissing(point);
  const isGone = point.availability === "missing";
  const isGood = point.availability === "available" && (point.state === "stored" || point.state === "verified");
  return (
    <div className="grid grid-cols-1 gap-3">
      {missing === null ? (
        <Callout
          tone={point.targetFailingSince ? "warning" : "done"}
          title={
            <span className="text-lg">
              Provably restorable as of <Moment at={point.startedAt} />
              {point.restoreMs === null ? "" : `, in ${formatDuration(point.restoreMs)}`}
            </span>
          }
        >
          <TargetFailing point={point} />
          {point.provenAt ? (
            <span className="text-muted">
              Last proven at <Moment at={point.provenAt} />.
            </span>
          ) : null}
        </Callout>
      ) : (
        <Callout
          tone={point.state === "failed" || isGone ? "failed" : toneOf(point)}
          title={<span className="text-lg">{missing}</span>}
          actions={
            isGone ? (
              <Button asChild size="sm">
                <Link href={`/backups/targets/${point.target.id}`}>Open the target</Link>
              </Button>
            ) : null
          }
        >
          {point.error ? <p className="whitespace-pre-wrap">{point.error}</p> : null}
          {isGone ? (
            <p>Put them back where they were and check the target: then it can be had again. Else back up anew.</p>
          ) : null}
          {point.availability === "removed" && point.removedReason ? <p>{point.removedReason}</p> : null}
        </Callout>
      )}
      {point.anomaly ? (
        <Callout tone="warning" title="Unusual">
          {point.anomaly}
        </Callout>
      ) : null}
      {/* What the claim already said is not said again. */}
      {point.notRestorable && (missing === null || isGood) ? (
        <Callout title="Not from the browser">{point.notRestorable}</Callout>
      ) : null}
    </div>
  );
}

const toneOf = ({ state, availability }: BackupPoint) =>
  state === "running" || availability === "removed" ? "info" : "warning";
