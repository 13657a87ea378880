import Link from "next/link";
import { VERIFICATION_LEVELS } from "#lib/backups/constants.ts";
import type { BackupPoint, VerificationView } from "#lib/backups/types.ts";
import { formatDuration } from "#lib/platform/format.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { LEVEL_MEANS, LEVEL_WORDS } from "./backup-words.ts";

/** How we know: the last look at each level, each saying more than the one before; earlier looks fold away. */
export function ProofCard({ point }: { point: BackupPoint }) {
  // Nothing was stored, so there is nothing to look at.
  if (point.availability === "none" && point.verifications.length === 0 && point.state !== "running") return null;
  const latest = new Map(point.verifications.map((look) => [look.level, look]));
  const earlier = point.verifications.filter((look) => latest.get(look.level) !== look).reverse();
  return (
    <Card>
      <CardHeader title="Proof" note="Each level says more than the one before." />
      <CardBody>
        <ol className="grid gap-3.5">
          {VERIFICATION_LEVELS.map((level) => (
            <Level key={level} level={level} look={latest.get(level)} />
          ))}
        </ol>
        {earlier.length > 0 ? (
          <details className="mt-4">
            <summary className="w-fit text-muted text-sm">
              {earlier.length === 1 ? "One earlier look" : `${earlier.length} earlier looks`}
            </summary>
            <ol className="mt-2 grid gap-2.5 border-line border-l pl-3">
              {earlier.map((look) => (
                <li key={look.id} className="flex items-start gap-2.5">
                  <StateIcon
                    state={look.ok ? "done" : "failed"}
                    word={look.ok ? "Good" : "Not good"}
                    className="mt-0.5"
                  />
                  <div className="min-w-0">
                    <p className="text-sm">
                      {LEVEL_WORDS[look.level]}: {look.summary}
                    </p>
                    <When look={look} />
                  </div>
                </li>
              ))}
            </ol>
          </details>
        ) : null}
      </CardBody>
    </Card>
  );
}

function Level({ level, look }: { level: VerificationView["level"]; look: VerificationView | undefined }) {
  if (!look)
    return (
      <li className="flex items-start gap-2.5 text-muted">
        <StateIcon state="waiting" word="Not looked at" className="mt-0.5 opacity-60" />
        <div className="min-w-0">
          <p>{LEVEL_WORDS[level]}</p>
          <p className="text-sm">Not looked at: {LEVEL_MEANS[level]}.</p>
        </div>
      </li>
    );
  return (
    <li className="flex items-start gap-2.5">
      <StateIcon state={look.ok ? "done" : "failed"} word={look.ok ? "Good" : "Not good"} className="mt-0.5" />
      <div className="min-w-0">
        <p className="font-medium" title={`Looks ${LEVEL_MEANS[level]}`}>
          {LEVEL_WORDS[level]}
        </p>
        <p className={look.ok ? "break-words" : "break-words text-failed"}>{look.summary}</p>
        <When look={look} />
      </div>
    </li>
  );
}

function When({ look }: { look: VerificationView }) {
  return (
    <p className="text-muted text-sm">
      <RelativeTime at={look.at} />, in {formatDuration(look.durationMs)}
      {look.runId === null ? null : (
        <>
          {" · "}
          <Link href={`/runs/${look.runId}`} className="text-accent underline underline-offset-4">
            run {look.runId}
          </Link>
        </>
      )}
    </p>
  );
}
