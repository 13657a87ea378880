"use client";

import Link from "next/link";
import type { RestoreView } from "#lib/backups/types.ts";
import { formatDuration } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Duration } from "../ui/duration.tsx";
import { ExactTime, RelativeTime } from "../ui/relative-time.tsx";
import type { State } from "../ui/state-badge.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useStartRun } from "./use-start-run.ts";

const LOOK: Record<RestoreView["state"], { state: State; word: string }> = {
  running: { state: "running", word: "Being restored" },
  restored: { state: "done", word: "Stands beside" },
  swapped: { state: "done", word: "In its place" },
  failed: { state: "failed", word: "Failed" },
  removed: { state: "undone", word: "Removed" },
};

interface RestoreListProps {
  restores: RestoreView[];
  note: string;
  /** They are of several backups: each says of which. */
  isOfMany?: boolean;
}

/** What was made from backups, and what can be done with each. Nothing when nobody restored any. */
export function RestoreList({ restores, note, isOfMany = false }: RestoreListProps) {
  if (restores.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Restores" note={note} />
      <Table label="Restores">
        <TableHead>
          <Th>Made</Th>
          <Th>State</Th>
          <Th>Asked for</Th>
          <Th numeric>Took</Th>
          <Th>
            <span className="sr-only">Acts</span>
          </Th>
        </TableHead>
        <TableBody>
          {restores.map((restore) => (
            <RestoreRow key={restore.id} restore={restore} isOfMany={isOfMany} />
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

function RestoreRow({ restore, isOfMany }: { restore: RestoreView; isOfMany: boolean }) {
  return (
    <TableRow>
      <Td wide className="max-w-96">
        <span className="block break-all font-medium font-mono text-sm">{restore.destination}</span>
        <span className="text-muted text-xs">
          {restore.service} · {restore.environment}
        </span>
        {isOfMany ? (
          <Link
            href={`/backups/points/${restore.backupId}`}
            className="block w-fit text-accent text-xs hover:underline"
          >
            From the backup of <ExactTime at={restore.asOf} />
          </Link>
        ) : null}
        {restore.previous === null ? null : <Kept restore={restore} name={restore.previous} />}
      </Td>
      <Td label="State">
        <StateBadge plain {...LOOK[restore.state]} />
        {restore.runId === null ? null : (
          <Link href={`/runs/${restore.runId}`} className="block text-accent text-xs hover:underline">
            Run {restore.runId}
          </Link>
        )}
      </Td>
      <Td label="Asked for">
        {restore.by}
        <span className="block text-muted text-xs">
          <RelativeTime at={restore.createdAt} />
        </span>
      </Td>
      <Td label="Took" numeric className="whitespace-nowrap">
        {restore.state === "running" ? (
          <Duration from={restore.createdAt} />
        ) : restore.durationMs === null ? (
          "–"
        ) : (
          formatDuration(restore.durationMs)
        )}
      </Td>
      <Td className="whitespace-nowrap text-right max-sm:col-span-2 max-sm:text-left">
        <span className="inline-flex gap-2">
          {restore.maySwap ? <SwapButton restore={restore} /> : null}
          {restore.mayRemove ? <RemoveButton restore={restore} /> : null}
        </span>
      </Td>
    </TableRow>
  );
}

/** What lived before a swap, and the way to be rid of it. */
function Kept({ restore, name }: { restore: RestoreView; name: string }) {
  return (
    <span className="mt-1 block break-all text-muted text-xs">
      {restore.isGivenUp ? "The removal of what lived before has begun: " : "What lived before is kept as "}
      <span className="font-mono text-ink">{name}</span>{" "}
      <CopyButton text={name} label="Copy the name of what lived before" className="align-middle" />
      {restore.keptSince === null ? null : (
        <span className="block">
          Put aside <RelativeTime at={restore.keptSince} />
        </span>
      )}
      {restore.mayRemoveKept ? <RemoveKeptButton restore={restore} name={name} /> : null}
    </span>
  );
}

function SwapButton({ restore }: { restore: RestoreView }) {
  const swap = useStartRun(() =>
    api("POST /restores/{restoreId}/swap", { params: { restoreId: restore.id }, body: { confirm: restore.confirm } }),
  );
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Swap in</Button>}
      title="Put it in the place of the living data?"
      nameToType={restore.confirm}
      action="Swap it in"
      onConfirm={() => swap.mutateAsync()}
    >
      <div className="grid gap-2">
        <p>
          The app of <strong className="break-all font-medium">{restore.service}</strong> ({restore.environment}) stops,{" "}
          <strong className="break-all font-medium">{restore.destination}</strong> takes the place of what it works with
          now, and the app starts again.
        </p>
        <p>
          What lives now is kept under another name: undoing the run brings it back. What is written between now and the
          stop is in the kept one only.
        </p>
      </div>
    </ConfirmDialog>
  );
}

function RemoveButton({ restore }: { restore: RestoreView }) {
  const remove = useStartRun(() => api("DELETE /restores/{restoreId}", { params: { restoreId: restore.id } }));
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="danger-quiet">
          Remove
        </Button>
      }
      title="Remove what was restored?"
      action="Remove it"
      onConfirm={() => remove.mutateAsync()}
    >
      <strong className="break-all font-medium">{restore.destination}</strong> is deleted with everything that was
      changed in it since. The backup itself stays, and so does the living data.
    </ConfirmDialog>
  );
}

function RemoveKeptButton({ restore, name }: { restore: RestoreView; name: string }) {
  const remove = useStartRun(() =>
    api("POST /restores/{restoreId}/remove-kept", {
      params: { restoreId: restore.id },
      body: { confirm: restore.service, previous: name },
    }),
  );
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="danger-quiet" className="mt-1">
          Remove it…
        </Button>
      }
      title="Remove what lived before?"
      nameToType={restore.service}
      action="Remove it for good"
      onConfirm={() => remove.mutateAsync()}
    >
      <div className="grid gap-2">
        <p>
          <strong className="break-all font-medium">{name}</strong>
          {restore.keptSince === null ? null : (
            <>
              , put aside <RelativeTime at={restore.keptSince} />,
            </>
          )}{" "}
          is deleted with all that {restore.service} ({restore.environment}) had in it until the swap.
        </p>
        <p>This cannot be undone, and neither can the swap afterwards. What lives now and its backups stay.</p>
      </div>
    </ConfirmDialog>
  );
}
