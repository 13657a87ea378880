"use client";

import { Eye } from "lucide-react";
import Link from "next/link";
import { WATCHER_LABELS } from "#lib/watching/constants.ts";
import type { MonitorView, WatchingView, WindowView } from "#lib/watching/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { QuietCallout } from "./quiet-callout.tsx";
import { stateOfMonitor } from "./state-of-monitor.ts";
import { useWatching } from "./use-watching.ts";

/** Who notices when it stops, and when they were told to look away. */
export function Watching({ serviceName, initialData }: { serviceName: string; initialData: WatchingView }) {
  const { monitors, windows, may, notSetUp } = useWatching(serviceName, initialData);
  const open = windows.filter(({ endedAt }) => endedAt === null);
  const past = windows.filter(({ endedAt }) => endedAt !== null);
  return (
    <div className="grid grid-cols-1 gap-4">
      <QuietCallout serviceName={serviceName} open={open} mayResume={may.pause} />
      <Card className="overflow-hidden">
        <CardHeader
          title="Monitors"
          note={notSetUp.length > 0 ? `Not set up in this panel: ${notSetUp.join(", ")}.` : undefined}
          actions={may.pause && monitors.length > 0 ? <PauseDialog serviceName={serviceName} /> : null}
        />
        {monitors.length === 0 ? (
          <EmptyState icon={Eye} title="Nobody watches it">
            Its provisioning adds the panel’s own probe, and the monitors that were chosen, once it has an address to
            ask.
          </EmptyState>
        ) : (
          <Monitors monitors={monitors} />
        )}
      </Card>
      {past.length > 0 ? (
        <Card className="overflow-hidden">
          <CardHeader title="Past maintenance" note="When the monitors were paused, and why." />
          <Windows windows={past} />
        </Card>
      ) : null}
    </div>
  );
}

function Monitors({ monitors }: { monitors: MonitorView[] }) {
  return (
    <Table label="Monitors">
      <TableHead>
        <Th>Who</Th>
        <Th>State</Th>
        <Th>Asks for</Th>
        <Th>Environment</Th>
        <Th>Last asked</Th>
      </TableHead>
      <TableBody>
        {monitors.map((monitor) => {
          const { state, word } = stateOfMonitor(monitor.state);
          return (
            <TableRow key={monitor.id}>
              <Td wide className="font-medium">
                {WATCHER_LABELS[monitor.system]}
              </Td>
              <Td label="State">
                <StateBadge plain state={state} word={word} />
                {monitor.words ? <span className="block text-muted text-xs">{monitor.words}</span> : null}
              </Td>
              <Td label="Asks for" className="max-w-96">
                <code className="break-all text-sm">{monitor.url}</code>{" "}
                <span className="text-muted">→ {monitor.expectedStatus}</span>
              </Td>
              <Td label="Environment">{monitor.environment}</Td>
              <Td label="Last asked">{monitor.checkedAt ? <RelativeTime at={monitor.checkedAt} /> : "not yet"}</Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

function Windows({ windows }: { windows: WindowView[] }) {
  return (
    <Table label="Past maintenance">
      <TableHead>
        <Th>Why</Th>
        <Th>From</Th>
        <Th>To</Th>
        <Th>Paused</Th>
        <Th>By</Th>
      </TableHead>
      <TableBody>
        {windows.map((window) => (
          <TableRow key={window.id}>
            <Td wide className="max-w-96 break-words">
              {window.reason}
            </Td>
            <Td label="From">
              <ExactTime at={window.startedAt} />
            </Td>
            <Td label="To">{window.endedAt ? <ExactTime at={window.endedAt} /> : null}</Td>
            <Td label="Paused">{window.monitors.length > 0 ? window.monitors.join(", ") : "the panel’s own probe"}</Td>
            <Td label="By">
              {window.runId === null ? (
                (window.openedBy?.name ?? "the panel")
              ) : (
                <Link href={`/runs/${window.runId}`} className="text-accent underline-offset-4 hover:underline">
                  Run {window.runId}
                </Link>
              )}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
