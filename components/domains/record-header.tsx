"use client";

import { Pencil, Repeat, RotateCcw, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import type { RecordDetail } from "#lib/dns/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { RecordState } from "./record-state.tsx";
import { tellFailure } from "./tell-failure.ts";
import { useRecordAct } from "./use-record.ts";

/** The name, how it is, and what may be done to it. */
export function RecordHeader({ record }: { record: RecordDetail }) {
  const { may, name, type } = record;
  return (
    <PageHeader
      roomy
      crumbs={[{ label: "Domains", href: "/domains" }]}
      title={
        <span className="inline-flex max-w-full items-center gap-1">
          <span className="min-w-0 break-all">{name}</span>
          <CopyButton text={name} label="Copy the name" />
        </span>
      }
      mark={
        <span className="flex flex-wrap items-center gap-2">
          <Badge>{type}</Badge>
          <RecordState state={record.state} plain={false} />
        </span>
      }
      note={record.description || undefined}
      actions={
        <>
          {may.renew ? <RenewButton record={record} /> : null}
          {may.edit ? (
            <Button asChild>
              <Link href={`/domains/records/${record.id}/edit`}>
                <Pencil aria-hidden /> Edit
              </Link>
            </Button>
          ) : null}
          {may.remove ? <DeleteButton record={record} /> : null}
          {may.restore ? <RestoreButton record={record} /> : null}
        </>
      }
    />
  );
}

function RenewButton({ record }: { record: RecordDetail }) {
  const act = useRecordAct(record.id);
  return (
    <Button
      pending={act.isPending}
      onClick={() =>
        act.mutate("POST /records/{recordId}/renew", {
          onSuccess: () => toast.success(`${record.name} is renewed`),
          onError: tellFailure,
        })
      }
    >
      <Repeat aria-hidden /> Renew
    </Button>
  );
}

function DeleteButton({ record }: { record: RecordDetail }) {
  const [open, setOpen] = useState(false);
  const act = useRecordAct(record.id);
  const restore = () =>
    act.mutate("POST /records/{recordId}/restore", {
      onSuccess: () => toast.success(`${record.name} is being put back`),
      onError: tellFailure,
    });
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="danger-quiet" onClick={() => setOpen(true)}>
          <Trash2 aria-hidden /> Delete
        </Button>
      }
      title="Delete this record?"
      action={`Delete the ${record.type} record`}
      onConfirm={async () => {
        await act.mutateAsync("DELETE /records/{recordId}");
        toast(`${record.name} is being removed`, { action: { label: "Undo", onClick: restore }, duration: 10_000 });
      }}
    >
      <p>
        <strong className="break-all font-medium">{record.name}</strong> stops answering <code>{record.type}</code> as
        soon as the name servers know; whoever has the answer keeps it for up to {record.ttl} s.
      </p>
      <p className="pt-2 text-muted">The name stays reserved and the record can be restored for a while.</p>
    </ConfirmDialog>
  );
}

function RestoreButton({ record }: { record: RecordDetail }) {
  const act = useRecordAct(record.id);
  return (
    <Button
      variant="primary"
      pending={act.isPending}
      onClick={() => act.mutate("POST /records/{recordId}/restore", { onError: tellFailure })}
    >
      <RotateCcw aria-hidden /> Restore
    </Button>
  );
}
