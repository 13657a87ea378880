"use client";

import Link from "next/link";
import type { RecordDetail } from "#lib/dns/types.ts";
import { stateOfRun } from "../state-of.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";

/** What was done to it, and the runs that did it. */
export function RecordHistory({ record: { history, runs } }: { record: RecordDetail }) {
  return (
    <Card>
      <CardHeader title="History" />
      {history.length === 0 ? (
        <p className="px-4 py-3 text-muted">Nothing yet.</p>
      ) : (
        <ol className="divide-y divide-line">
          {history.map((event) => (
            <li key={event.id} className="px-4 py-2">
              <p className="line-clamp-3 break-words" title={event.text}>
                {event.text}
              </p>
              <p className="text-muted text-xs">
                {event.who}, <RelativeTime at={event.at} />
              </p>
            </li>
          ))}
        </ol>
      )}
      {runs.length > 0 ? (
        <div className="border-line border-t px-4 py-2">
          <h3 className="text-muted text-sm">Runs that wrote it</h3>
          <ul>
            {runs.map((run) => (
              <li key={run.id} className="flex items-center gap-2 py-0.5">
                <Link href={`/runs/${run.id}`} className="text-accent underline-offset-4 hover:underline">
                  run {run.id}
                </Link>
                <StateBadge plain {...stateOfRun(run.state)} />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Card>
  );
}
