import type { BackupBoardRow } from "#lib/backups/types.ts";
import { formatDuration, plural } from "#lib/platform/format.ts";
import { CardBody } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { BackupState } from "./backup-state.tsx";
import { LEVEL_WORDS, NOTHING_PROVEN, sayNext, TOO_OLD } from "./backup-words.ts";
import { Moment } from "./moment.tsx";
import { SizeFigure } from "./size-figure.tsx";

/** "Provably restorable as of 03:12 today, in 4 min 10 s", or that nothing is proven now. */
export function PolicyClaim({ row }: { row: BackupBoardRow }) {
  if (!row.asOf) return <StateBadge plain alert state="person" word={NOTHING_PROVEN} className="text-base" />;
  return (
    <>
      Provably restorable as of <Moment at={row.asOf} />
      {row.restoreMs === null ? "" : `, in ${formatDuration(row.restoreMs)}`}
      {row.targetFailingSince ? (
        <>
          , but <StateBadge plain alert state="person" word="its target has been failing" className="text-base" /> since{" "}
          <Moment at={row.targetFailingSince} />
        </>
      ) : null}
    </>
  );
}

/** What stands below a policy's claim: what it is made of, what is wrong with the last backup or odd about it, and sizes over time. */
export function PolicyBody({ row }: { row: BackupBoardRow }) {
  return (
    <CardBody className="grid grid-cols-1 gap-3">
      <PolicyLine row={row} />
      {row.lastBackup?.error ? <p className="break-words text-failed text-sm">{row.lastBackup.error}</p> : null}
      {row.lastBackup?.anomaly ? <p className="break-words text-person text-sm">{row.lastBackup.anomaly}</p> : null}
      <SizeFigure sizes={row.sizes} of={row.policy} />
    </CardBody>
  );
}

/** What stands behind the claim, the last backup and the next, in a line. */
function PolicyLine({ row }: { row: BackupBoardRow }) {
  const { lastBackup: last, level } = row;
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm">
      {row.overdueSince ? (
        <span>
          <StateBadge plain alert state="person" word="Overdue" /> since <RelativeTime at={row.overdueSince} />
        </span>
      ) : null}
      {row.proofOverdueSince ? (
        <span>
          <StateBadge plain alert state="person" word="Proof overdue" /> since{" "}
          <RelativeTime at={row.proofOverdueSince} />
        </span>
      ) : null}
      {row.tooOld ? <StateBadge plain alert state="person" word={TOO_OLD} /> : null}
      {level ? <span className="text-muted">Proof: {LEVEL_WORDS[level].toLowerCase()}</span> : null}
      {last ? (
        <span>
          <span className="text-muted">Last</span> <RelativeTime at={last.startedAt} />{" "}
          <BackupState state={last.state} proven={last.proven} />
        </span>
      ) : null}
      <span>
        <span className="text-muted">Next</span>{" "}
        {row.nextAt ? <RelativeTime at={row.nextAt} /> : sayNext(row).toLowerCase()}
      </span>
      <span className="text-muted">{plural(row.count, "restore point")}</span>
      {row.unprovenWhy ? <p className="w-full break-words text-person">{row.unprovenWhy}</p> : null}
    </div>
  );
}
