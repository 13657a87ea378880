"use client";

import Link from "next/link";
import type { RecordDetail } from "#lib/dns/types.ts";
import { Callout } from "../ui/callout.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { DriftPanel } from "./drift-panel.tsx";
import { REMOVED_BECAUSE } from "./record-words.ts";

/** What the reader should know of the record's state before anything else; nothing while it is in sync. */
export function RecordNotice({ record }: { record: RecordDetail }) {
  const run = record.runs[0];
  const runLink = run ? (
    <Link href={`/runs/${run.id}`} className="text-accent underline underline-offset-4">
      run {run.id}
    </Link>
  ) : null;
  switch (record.state) {
    case "drift":
      return <DriftPanel record={record} />;
    case "error":
      return (
        <div role="alert">
          <Callout tone="failed" title="The name servers do not have it: it was refused">
            <p className="whitespace-pre-wrap">{record.error ?? "No reason was given."}</p>
            <p className="pt-1 text-muted">
              Correct it and save; it is then tried again.{runLink ? <> Last tried in {runLink}.</> : null}
            </p>
          </Callout>
        </div>
      );
    case "pending":
      return (
        <div role="status">
          <Callout title="On its way to the name servers">
            {runLink ? <>Written by {runLink}. </> : "A worker writes it within seconds. "}
            This page says so when every name server answers it.
          </Callout>
        </div>
      );
    case "removing":
      return (
        <div role="status">
          <Callout title="Being removed from the name servers">
            {runLink ? <>Removed by {runLink}.</> : "A worker removes it within seconds."}
          </Callout>
        </div>
      );
    case "removed":
      return (
        <Callout title="This record was removed">
          {record.removedReason ? `${REMOVED_BECAUSE[record.removedReason] ?? record.removedReason}` : "Removed"}
          {record.removedAt ? (
            <>
              {" "}
              <RelativeTime at={record.removedAt} />
            </>
          ) : null}
          .{" "}
          {record.restorableUntil ? (
            <>
              It can be restored, and its name stays reserved, until <ExactTime at={record.restorableUntil} />.
            </>
          ) : null}
        </Callout>
      );
    default:
      return null;
  }
}
