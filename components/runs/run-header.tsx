"use client";

import Link from "next/link";
import { useState } from "react";
import { formatDuration, formatSpan } from "#lib/platform/format.ts";
import type { RunPageView } from "#lib/runs/schema.ts";
import { isActive, stateOfRun } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Duration } from "../ui/duration.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { useNow } from "../ui/use-now.ts";
import { RunMenu } from "./run-menu.tsx";
import type { StreamState } from "./run-stream.ts";
import { usualDuration } from "./time-axis.ts";
import type { RunActs } from "./use-run-acts.ts";
import { whoIsNeeded } from "./words.ts";

interface RunHeaderProps {
  run: RunPageView;
  stream: StreamState;
  acts: RunActs;
  onUndo: () => void;
}

const CONNECTION: Partial<Record<StreamState, string>> = {
  polling: "Live events do not get through; asking again and again instead.",
  away: "The panel does not answer; trying again.",
};

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function RunHeader({ run, stream, acts, onUndo }: RunHeaderProps) {
  const { state, word } = stateOfRun(run.state, run.mode);
  const needed = whoIsNeeded(run);
  return (
    <PageHeader
      crumbs={[{ label: "Runs", href: "/runs" }]}
      title={
        <>
          {run.title} <span className="whitespace-nowrap font-normal text-muted">· run {run.id}</span>
        </>
      }
      mark={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <StateBadge
            state={state}
            word={needed && run.state === "waiting" ? capitalise(needed) : word}
            className="h-auto min-h-6 whitespace-normal"
          />
          {needed && run.state !== "waiting" ? <span className="text-person text-sm">{needed}</span> : null}
          <Elapsed run={run} />
        </span>
      }
      note={
        <>
          {run.requestedBy ? `Asked for by ${run.requestedBy.name}, ` : "Asked for by the panel, "}
          <RelativeTime at={run.createdAt} />
          {run.cancelRequestedAt ? ` · cancelled${run.cancelledBy ? ` by ${run.cancelledBy.name}` : ""}` : null}
          {run.undoesRunId ? (
            <>
              {" · takes back "}
              <RunLink id={run.undoesRunId} />
            </>
          ) : null}
          {run.undoneByRunId ? (
            <>
              {" · taken back by "}
              <RunLink id={run.undoneByRunId} />
            </>
          ) : null}
          {isActive(run.state) && CONNECTION[stream] ? <span role="status"> · {CONNECTION[stream]}</span> : null}
        </>
      }
      actions={
        <>
          <CancelButton run={run} onCancel={acts.cancel} />
          <RunMenu run={run} onUndo={onUndo} />
        </>
      }
    />
  );
}

const RunLink = ({ id }: { id: number }) => (
  <Link href={`/runs/${id}`} className="text-accent underline underline-offset-4">
    run {id}
  </Link>
);

/** `01:12 of about 2 min` while it goes; how long it took afterwards. */
function Elapsed({ run }: { run: RunPageView }) {
  const from = run.startedAt ?? run.createdAt;
  // What steps usually take is what they take for real; a plan asks them only.
  const usual = run.mode === "plan" ? null : usualDuration(run.steps);
  if (run.finishedAt)
    return (
      <span className="text-muted tabular-nums">
        took {formatDuration(Date.parse(run.finishedAt) - Date.parse(from))}
        {usual ? `, usually ${formatSpan(usual)}` : null}
      </span>
    );
  return (
    <span className="text-muted tabular-nums">
      <Duration from={from} clock />
      {usual ? <Usual ms={usual} from={from} waits={run.state === "waiting"} /> : null}
    </span>
  );
}

/** Once the usual time is over, or a person is waited for, it is no promise any more. */
function Usual({ ms, from, waits }: { ms: number; from: string; waits: boolean }) {
  const now = useNow(1000);
  const isOver = waits || now - Date.parse(from) > ms * 1.2;
  return <span suppressHydrationWarning>{isOver ? `, usually ${formatSpan(ms)}` : ` of about ${formatSpan(ms)}`}</span>;
}

function CancelButton({ run, onCancel }: { run: RunPageView; onCancel: () => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  if (!run.may.cancel || !isActive(run.state)) return null;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button onClick={() => setOpen(true)}>Cancel</Button>}
      title={`Cancel run ${run.id}?`}
      action={`Cancel run ${run.id}`}
      onConfirm={onCancel}
    >
      What runs now stops before its next change outside, and what has not begun will not begin.{" "}
      {run.checklistKey === "deploy"
        ? "If its tasks are being replaced already, the release before is put back, by a run of its own, wherever that can be done."
        : "What was made stays; you can undo it afterwards."}
    </ConfirmDialog>
  );
}
