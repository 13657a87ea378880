import Link from "next/link";
import type { ReactNode } from "react";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { type State, StateIcon } from "../ui/state-badge.tsx";

interface Turn {
  key: string;
  state: State;
  title: string;
  note?: ReactNode;
}

const isOver = ({ state }: DataChangeView) => ["rejected", "expired", "cancelled"].includes(state);

function writtenTurn(change: DataChangeView): Turn {
  const others = change.editors.filter(({ id }) => id !== change.requestedBy.id).map(({ name }) => name);
  return {
    key: "written",
    state: change.state === "draft" ? "running" : "done",
    title: change.state === "draft" ? "Being written" : "Written and proposed",
    note: (
      <>
        by {change.requestedBy.name}
        {others.length > 0 ? `, with ${others.join(", ")}` : ""}, <RelativeTime at={change.createdAt} />
      </>
    ),
  };
}

function approvedTurn(change: DataChangeView): Turn {
  const { decidedBy, decidedAt, decisionComment, state, expiresAt } = change;
  if (decidedBy && decidedAt)
    return {
      key: "approved",
      state: state === "rejected" ? "failed" : "done",
      title: state === "rejected" ? "Rejected" : "Approved by somebody else",
      note: (
        <>
          by {decidedBy.name}, <RelativeTime at={decidedAt} />
          {decisionComment ? <span className="block whitespace-pre-wrap break-words">{decisionComment}</span> : null}
        </>
      ),
    };
  return {
    key: "approved",
    state: state === "proposed" ? "person" : "waiting",
    title: "Approval by somebody else",
    note:
      state === "proposed" && expiresAt ? (
        <>
          expires <RelativeTime at={expiresAt} />
        </>
      ) : undefined,
  };
}

function previewTurn({ previewedAt, previewedBy, previewRunId, isPreviewing, state }: DataChangeView): Turn {
  const run = previewRunId === null ? null : <RunLink id={previewRunId} />;
  if (isPreviewing) return { key: "preview", state: "running", title: "Being previewed", note: run };
  if (previewedAt)
    return {
      key: "preview",
      state: "done",
      title: "Previewed, and taken back",
      note: (
        <>
          by {previewedBy?.name ?? "somebody"}, <RelativeTime at={previewedAt} />, {run}
        </>
      ),
    };
  return {
    key: "preview",
    state: state === "approved" ? "person" : "waiting",
    title: "Preview",
    note: run ?? undefined,
  };
}

function doneTurn({ state, result, carriedOutBy, runId, previewedAt }: DataChangeView): Turn {
  const by = carriedOutBy ? (
    <>
      by {carriedOutBy.name}, {runId === null ? null : <RunLink id={runId} />}
      {result?.backupId ? (
        <>
          , after{" "}
          <Link href={`/backups/points/${result.backupId}`} className="underline underline-offset-4">
            this backup
          </Link>
        </>
      ) : null}
    </>
  ) : undefined;
  const key = "done";
  if (state === "running") return { key, state: "running", title: "Being carried out", note: by };
  if (result?.outcome === "committed")
    return { key, state: "done", title: "Carried out, after a proven backup", note: by };
  if (result)
    return {
      key,
      state: "failed",
      title: result.outcome === "unknown" ? "Not known" : "Nothing was changed",
      note: by,
    };
  const ready = state === "approved" && previewedAt !== null;
  return { key, state: ready ? "person" : "waiting", title: "Backup, proof, one transaction", note: by };
}

function reportTurn({ state, reportedBy, finishedAt, happened }: DataChangeView): Turn {
  if (happened !== null && finishedAt)
    return {
      key: "report",
      state: "done",
      title: "After-action report",
      note: (
        <>
          by {reportedBy?.name ?? "somebody"}, <RelativeTime at={finishedAt} />
        </>
      ),
    };
  return { key: "report", state: state === "reporting" ? "person" : "waiting", title: "After-action report" };
}

const RunLink = ({ id }: { id: number }) => (
  <Link href={`/runs/${id}`} className="underline underline-offset-4">
    run {id}
  </Link>
);

/** Where it is on its way, and who did what. */
export function ProgressCard({ change }: { change: DataChangeView }) {
  const all = [writtenTurn, approvedTurn, previewTurn, doneTurn, reportTurn].map((turn) => turn(change));
  const turns = isOver(change) ? all.filter(({ state }) => state !== "waiting" && state !== "person") : all;
  return (
    <Card aria-label="Progress">
      <CardHeader title="Progress" />
      <CardBody>
        <ol className="grid gap-3">
          {turns.map(({ key, state, title, note }) => (
            <li key={key} className="flex items-start gap-2">
              <StateIcon state={state} className="mt-0.5" />
              <div className="min-w-0">
                <p className={state === "waiting" ? "text-muted" : undefined}>{title}</p>
                {note ? <p className="break-words text-muted text-sm">{note}</p> : null}
              </div>
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  );
}
