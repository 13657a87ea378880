"use client";

import { Eye, Play } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { CountsTable } from "./counts-table.tsx";
import { countRows } from "./data-change-words.ts";
import { useDataChangeAct } from "./use-data-change.ts";

/** What the database administrator does with an approved one: preview, then carry out. */
export function CarryOutCard({ change }: { change: DataChangeView }) {
  const { id, preview, previewedAt, previewRunId, isPreviewing, may, expiresAt } = change;
  const look = useDataChangeAct(id, () =>
    api("POST /data-changes/{dataChangeId}/preview", { params: { dataChangeId: id } }),
  );
  const failed = previewRunId !== null && !isPreviewing && !preview;
  return (
    <Card aria-label="Carrying it out">
      <CardHeader
        title="Carrying it out"
        note={
          expiresAt ? (
            <>
              By a database administrator; the approval is good until <RelativeTime at={expiresAt} />
            </>
          ) : undefined
        }
      />
      <CardBody className="grid gap-3">
        {preview ? (
          <>
            <p className="text-muted text-sm">
              Counted in a transaction that was taken back
              {previewedAt ? (
                <>
                  , <RelativeTime at={previewedAt} />
                </>
              ) : null}
              . The real one stops unless it touches exactly as many rows.
            </p>
            <CountsTable label="Preview" counts={preview.statements} />
            {preview.untouchable.length > 0 ? (
              <Callout tone="warning" title="Some tables are kept out">
                A transaction does not cover {preview.untouchable.join(", ")}: changes there could not be taken back, so
                the statements may not make any.
              </Callout>
            ) : null}
          </>
        ) : (
          <p>
            {isPreviewing
              ? "The statements are being run and taken back, to count the rows."
              : "Preview it: every statement is run, counted and taken back."}
          </p>
        )}
        {isPreviewing && previewRunId !== null ? (
          <p>
            <Link href={`/runs/${previewRunId}`} className="text-accent underline-offset-4 hover:underline">
              Watch run {previewRunId}
            </Link>
          </p>
        ) : null}
        {failed ? (
          <Callout tone="failed" title="The preview failed: everything was taken back">
            <Link href={`/runs/${previewRunId}`} className="underline underline-offset-4">
              Run {previewRunId}
            </Link>{" "}
            says why. Mend the statements, which takes a new approval, or preview it again.
          </Callout>
        ) : null}
        {look.error ? (
          <ErrorPanel
            message={look.error.message}
            advice={look.error instanceof ApiError ? look.error.advice : undefined}
          />
        ) : null}
        {may.preview && may.carryOut && !isPreviewing ? (
          <p className="text-muted text-sm">A database administrator does this. {may.preview}</p>
        ) : null}
        <div className="flex flex-wrap justify-end gap-2">
          {may.preview === null || isPreviewing ? (
            <Button
              variant={preview ? "secondary" : "primary"}
              pending={look.isPending || isPreviewing}
              onClick={() => look.mutate(undefined)}
            >
              <Eye aria-hidden /> {preview ? "Preview again" : "Preview"}
            </Button>
          ) : null}
          {may.carryOut === null ? <StartButton change={change} /> : null}
        </div>
      </CardBody>
    </Card>
  );
}

function StartButton({ change }: { change: DataChangeView }) {
  const router = useRouter();
  const start = useDataChangeAct(change.id, (body: { seal: string; confirm: string }) =>
    api("POST /data-changes/{dataChangeId}/run", { params: { dataChangeId: change.id }, body }),
  );
  const changed = (change.preview?.statements ?? []).filter(({ verb }) => verb !== "SELECT" && verb !== "SET");
  const rows = changed.reduce((sum, one) => sum + one.rows, 0);
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger">
          <Play aria-hidden /> Carry it out
        </Button>
      }
      title={`Change data of ${change.service}?`}
      nameToType={change.service}
      action={`Change ${countRows(rows)}`}
      onConfirm={async () => {
        const { runId } = await start.mutateAsync({ seal: change.seal, confirm: change.service });
        router.push(`/runs/${runId}`);
      }}
    >
      <ol className="grid list-decimal gap-1 pl-5">
        <li>
          Back up {change.database} of {change.service} ({change.environment}) and restore it elsewhere to prove it.
        </li>
        <li>
          Run the statements in one transaction. Unless they touch exactly {countRows(rows)}, as in the preview, it is
          taken back.
        </li>
        <li>Then write the after-action report, which closes it.</li>
      </ol>
      <p className="pt-2">The approval is used by this, whatever becomes of it.</p>
    </ConfirmDialog>
  );
}
