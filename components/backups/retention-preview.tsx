"use client";

import Link from "next/link";
import type { PolicyPreview, RetentionPreviewPoint } from "#lib/backups/types.ts";
import { formatBytes, formatCount, plural } from "#lib/platform/format.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { ExactTime } from "../ui/relative-time.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { formatInZone } from "./zoned-time.ts";

interface RetentionPreviewProps {
  preview: PolicyPreview | undefined;
  timeZone: string;
  /** Another answer is on its way. */
  isStale: boolean;
  /** Why there is none now. */
  problem: string | undefined;
  /** Set: the panel did not answer, through no fault of what was typed. */
  onAskAgain: (() => void) | undefined;
}

/** What the typed schedule and numbers give: when the next ones are due, and which of today's points would stay. */
export function RetentionPreview({ preview, timeZone, isStale, problem, onAskAgain }: RetentionPreviewProps) {
  return (
    <Card aria-label="What this gives" className="lg:sticky lg:top-4">
      <CardHeader title="What this gives" note={preview?.words ?? "With these numbers, before anything is saved."} />
      {onAskAgain ? (
        <CardBody className="grid justify-items-start gap-2">
          <p>The panel did not answer what this gives.</p>
          <Button size="sm" onClick={onAskAgain}>
            Try again
          </Button>
        </CardBody>
      ) : problem ? (
        <CardBody>
          <p className="text-muted">{problem}</p>
        </CardBody>
      ) : preview ? (
        <CardBody className={cn("grid grid-cols-1 gap-4 transition-opacity", isStale && "opacity-60")}>
          <NextTimes preview={preview} timeZone={timeZone} />
          <SteadyState preview={preview} />
          <Points preview={preview} />
        </CardBody>
      ) : (
        <SkeletonRows rows={5} label="Working it out" />
      )}
    </Card>
  );
}

function NextTimes({ preview: { next, laterMinutes }, timeZone }: { preview: PolicyPreview; timeZone: string }) {
  if (next.length === 0) return <p className="text-muted">It never starts by itself.</p>;
  return (
    <section>
      <h3 className="font-medium text-sm">Next, in {timeZone}</h3>
      <ol className="pt-1 text-muted text-sm tabular-nums">
        {next.map((at) => (
          <li key={at}>{formatInZone(at, timeZone)}</li>
        ))}
      </ol>
      {laterMinutes > 0 ? (
        <p className="pt-1 text-muted text-xs">
          Or up to {plural(laterMinutes, "minute")} later, always by the same amount. It is chosen when the policy is
          made.
        </p>
      ) : null}
    </section>
  );
}

function SteadyState({ preview: { steadyCount, steadyBytes } }: { preview: PolicyPreview }) {
  return (
    <p className="text-sm">
      Once it has run long enough: <strong className="font-medium">{formatCount(steadyCount)} backups</strong>
      {steadyBytes === null ? "." : `, about ${formatBytes(steadyBytes)}.`}
    </p>
  );
}

/** The points as a strip, oldest at the left, and one by one with the reasons. */
function Points({ preview: { points, nothingGoes } }: { preview: PolicyPreview }) {
  const kept = points.filter((point) => point.keep).length;
  const gone = points.length - kept;
  if (points.length === 0)
    return <p className="text-muted text-sm">Nothing is stored yet. Here you will see what stays of it, and why.</p>;
  const newestFirst = [...points].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <section className="grid grid-cols-1 gap-2">
      <h3 className="font-medium text-sm">
        Of the {points.length} there are: {kept} stay{gone > 0 ? `, ${gone} go` : ""}
      </h3>
      {nothingGoes ? <p className="break-words text-person text-sm">Nothing goes for now. {nothingGoes}</p> : null}
      <div role="img" aria-label={`${kept} stay, ${gone} go`} className="flex flex-wrap gap-0.5">
        {[...newestFirst].reverse().map((point) => (
          <span
            key={keyOf(point)}
            className={cn(
              "h-4 w-1.5 rounded-xs border",
              point.keep ? "border-accent bg-accent" : "border-control bg-transparent",
            )}
          />
        ))}
      </div>
      <ul aria-label="Points one by one" className="relative max-h-96 overflow-y-auto rounded-md border border-line">
        {newestFirst.map((point) => (
          <PointLine key={keyOf(point)} point={point} />
        ))}
      </ul>
    </section>
  );
}

const keyOf = (point: RetentionPreviewPoint) => `${point.backupId} ${point.at}`;

function PointLine({ point }: { point: RetentionPreviewPoint }) {
  const when = <ExactTime at={point.at} />;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 border-line border-b px-2.5 py-1.5 text-sm last:border-b-0">
      <span className={cn("tabular-nums", !point.keep && "text-muted line-through")}>
        {point.backupId ? (
          <Link href={`/backups/points/${point.backupId}`} className="hover:underline">
            {when}
          </Link>
        ) : (
          when
        )}
      </span>
      <span className={point.keep ? "font-medium" : "text-muted"}>{point.keep ? "Stays" : "Goes"}</span>
      <span className="col-span-2 break-words text-muted text-xs">
        {point.reasons.length > 0 ? point.reasons.join(" · ") : "no number wants it"}
      </span>
    </li>
  );
}
