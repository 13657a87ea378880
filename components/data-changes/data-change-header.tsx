"use client";

import { Copy, Pencil, Send, Undo2 } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { stateOfDataChange } from "./data-change-words.ts";
import { useDataChangeAct } from "./use-data-change.ts";

/** What it is, how it stands, and what its writer may do with it. */
export function DataChangeHeader({ change }: { change: DataChangeView }) {
  const { state, word } = stateOfDataChange(change.state);
  return (
    <PageHeader
      roomy
      crumbs={[{ label: "Data changes", href: "/data-changes" }]}
      title={
        <>
          {change.title} <CopyButton text={change.id} label="Copy the data change's id" className="align-middle" />
        </>
      }
      mark={<StateBadge state={state} word={word} />}
      note={
        <>
          <Link href={`/services/${change.service}`} className="underline-offset-4 hover:underline">
            {change.service}
          </Link>
          , {change.environment}
        </>
      }
      actions={<Acts change={change} />}
    />
  );
}

const CLOSED = ["failed", "rejected", "expired", "cancelled"];

function Acts({ change }: { change: DataChangeView }) {
  const { id, may, version, state } = change;
  const propose = useDataChangeAct(id, () =>
    api("POST /data-changes/{dataChangeId}/propose", { params: { dataChangeId: id }, body: { version } }),
  );
  const cancel = useDataChangeAct(id, () =>
    api("POST /data-changes/{dataChangeId}/cancel", { params: { dataChangeId: id } }),
  );
  return (
    <>
      {may.cancel === null ? (
        <ConfirmDialog
          trigger={
            <Button variant="danger-quiet">
              <Undo2 aria-hidden /> Withdraw
            </Button>
          }
          title="Withdraw this data change?"
          action="Withdraw it"
          onConfirm={async () => {
            await cancel.mutateAsync(undefined);
            toast("Withdrawn: nothing was changed");
          }}
        >
          It stays as it is written, and can be written anew. Nothing was changed, and nothing will be.
        </ConfirmDialog>
      ) : null}
      {may.edit === null ? (
        <Button asChild>
          <Link href={`/data-changes/${id}/edit`}>
            <Pencil aria-hidden /> Edit
          </Link>
        </Button>
      ) : null}
      {may.propose === null && state === "draft" ? (
        <Button
          variant="primary"
          pending={propose.isPending}
          onClick={() => propose.mutate(undefined, { onError: tellFailure })}
        >
          <Send aria-hidden /> Propose it
        </Button>
      ) : null}
      {CLOSED.includes(state) ? (
        <Button asChild>
          <Link href={`/data-changes/new?from=${id}`}>
            <Copy aria-hidden /> Write it anew
          </Link>
        </Button>
      ) : null}
    </>
  );
}
