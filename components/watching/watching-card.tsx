"use client";

import Link from "next/link";
import { WATCHER_LABELS } from "#lib/watching/constants.ts";
import type { WatchingView } from "#lib/watching/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { stateOfMonitor } from "./state-of-monitor.ts";
import { useWatching } from "./use-watching.ts";

/** Who watches it, in a few lines; everything else is on its page. */
export function WatchingCard({ serviceName, initialData }: { serviceName: string; initialData: WatchingView }) {
  const { monitors, windows } = useWatching(serviceName, initialData);
  const quiet = windows.find(({ endedAt, isEnding }) => endedAt === null && !isEnding);
  const href = `/services/${serviceName}/monitors`;
  return (
    <Card>
      <CardHeader
        title="Watching"
        actions={
          <Link href={href} className="text-accent text-sm underline-offset-4 hover:underline">
            Monitors
          </Link>
        }
      />
      <CardBody className="grid gap-2 py-3">
        {monitors.length === 0 ? <p className="text-muted">Nobody watches it.</p> : null}
        <ul className="grid gap-1">
          {monitors.map((monitor) => {
            const { state, word } = stateOfMonitor(monitor.state);
            return (
              <li key={monitor.id} className="flex flex-wrap items-center justify-between gap-x-3 text-sm">
                <span className="min-w-0 break-words">
                  {WATCHER_LABELS[monitor.system]}
                  {monitor.environment === "production" ? null : ` (${monitor.environment})`}
                </span>
                <StateBadge plain state={state} word={word} />
              </li>
            );
          })}
        </ul>
        {quiet ? (
          <p className="text-muted text-sm">
            Paused at most until <RelativeTime at={quiet.endsAt} />: {quiet.reason}
          </p>
        ) : null}
      </CardBody>
    </Card>
  );
}
