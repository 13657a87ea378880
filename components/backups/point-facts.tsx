import Link from "next/link";
import { isFileKind } from "#lib/backups/constants.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { formatBytes, formatCount } from "#lib/platform/format.ts";
import { Card, CardBody, CardHeader, Fact, Facts } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Duration } from "../ui/duration.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import { AvailabilityBadges } from "./backup-state.tsx";
import { TRIGGER_WORDS } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { SOURCE_WORDS } from "./words.ts";

const linkStyle = "text-accent underline underline-offset-4";

/** What it is, where it is, and what keeps it there. */
export function PointFacts({ point }: { point: BackupPoint }) {
  const { manifest } = point;
  return (
    <Card>
      <CardHeader title="What it is" />
      <CardBody>
        <Facts>
          <Fact name="Of">
            {point.service ? (
              <Link href={`/services/${point.service}/backups`} className={linkStyle}>
                {point.service}
              </Link>
            ) : (
              "Seaworthy itself"
            )}
            {point.service ? ` · ${point.environment}` : ""}
          </Fact>
          <Fact name="Source">
            {SOURCE_WORDS[point.engine]}
            {manifest?.source ? <span className="break-all"> {manifest.source}</span> : null}
          </Fact>
          <Fact name="Policy">
            {point.policyId ? (
              <Link href={`/backups/policies/${point.policyId}`} className={linkStyle}>
                {point.policy}
              </Link>
            ) : (
              <>
                {point.policy} <span className="text-muted">(deleted: nothing removes this by itself)</span>
              </>
            )}
          </Fact>
          <Fact name="Taken">
            <ExactTime at={point.startedAt} />
            <span className="block text-muted text-sm">
              {TRIGGER_WORDS[point.trigger]}
              {point.runId === null ? null : (
                <>
                  {" · "}
                  <Link href={`/runs/${point.runId}`} className={linkStyle}>
                    run {point.runId}
                  </Link>
                </>
              )}
            </span>
          </Fact>
          {point.finishedAt || point.state === "running" ? (
            <Fact name="Took">
              <Duration from={point.startedAt} to={point.finishedAt} />
            </Fact>
          ) : null}
          {point.sizeBytes === null ? null : (
            <Fact name="Size">
              {formatBytes(point.sizeBytes)}
              {point.rawBytes ? (
                <span className="text-muted"> of {formatBytes(point.rawBytes)} before compression</span>
              ) : null}
            </Fact>
          )}
          {point.rows === null ? null : <Fact name="Holds">{sayContent(point)}</Fact>}
          {manifest?.image ? (
            <Fact name="Made with">
              <MonoId value={manifest.image} head={28} tail={8} what="image" />
            </Fact>
          ) : null}
          {manifest ? (
            <Fact name="Encrypted">
              {manifest.recipients.length === 0 ? "No" : <Recipients recipients={manifest.recipients} />}
            </Fact>
          ) : null}
          <Fact name="Where">
            <Link href={`/backups/targets/${point.target.id}`} className={linkStyle}>
              {point.target.name}
            </Link>
            {manifest ? (
              <span className="flex items-start gap-0.5">
                <code className="min-w-0 break-all text-muted text-xs">{point.key}</code>
                <CopyButton text={point.key} label="Copy the folder’s name" className="-my-1" />
              </span>
            ) : null}
          </Fact>
          {point.availability === "none" ? null : (
            <Fact name="Can be had">
              <AvailabilityBadges backup={point} />
              {point.removedAt ? (
                <span className="block text-muted text-sm">
                  since <Moment at={point.removedAt} />
                  {point.removedReason ? `: ${point.removedReason}` : ""}
                </span>
              ) : null}
            </Fact>
          )}
          {point.pin ? (
            <Fact name="Pinned">
              by {point.pin.by || "somebody"}, <Moment at={point.pin.at} />
              <span className="block break-words text-muted text-sm">{point.pin.reason}</span>
            </Fact>
          ) : null}
          {point.stays && !point.pinned && !point.lockedUntil && point.state !== "running" ? (
            <Fact name="Stays">{point.stays}</Fact>
          ) : null}
          {point.lockedUntil ? (
            <Fact name="Locked">
              until <ExactTime at={point.lockedUntil} />
              <span className="block text-muted text-sm">Nobody can delete it before, the panel included.</span>
            </Fact>
          ) : null}
        </Facts>
      </CardBody>
    </Card>
  );
}

function Recipients({ recipients }: { recipients: string[] }) {
  return (
    <>
      With age, to {recipients.length === 1 ? "one recipient" : `${recipients.length} recipients`}
      {recipients.map((recipient) => (
        <span key={recipient} className="block">
          <MonoId value={recipient} what="recipient" />
        </span>
      ))}
    </>
  );
}

function sayContent({ engine, rows, tables }: BackupPoint): string {
  const count = formatCount(rows ?? 0);
  if (isFileKind(engine)) return `${count} ${rows === 1 ? "file" : "files"}`;
  if (engine === "redis") return `${count} ${rows === 1 ? "key" : "keys"}`;
  const what = engine === "mongodb" ? ["document", "collection"] : ["row", "table"];
  const of = tables === null ? "" : ` in ${formatCount(tables)} ${what[1]}${tables === 1 ? "" : "s"}`;
  return `${count} ${what[0]}${rows === 1 ? "" : "s"}${of}`;
}
