"use client";

import { useState } from "react";
import type { OrphanView, TargetView } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useStartRun } from "./use-start-run.ts";

const SHOWN = 50;

interface OrphansCardProps {
  target: TargetView;
  mayManage: boolean;
}

/** What lies in the target and no backup of the panel names. */
export function OrphansCard({ target, mayManage }: OrphansCardProps) {
  const [most, setMost] = useState(SHOWN);
  const { orphans } = target;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Unknown objects"
        note="In this target, and no backup of the panel names them. Nothing is removed by itself."
      />
      {orphans.length === 0 ? (
        <CardBody>
          <p className="text-muted">None: everything there belongs to a backup.</p>
        </CardBody>
      ) : (
        <Table label="Unknown objects">
          <TableHead>
            <Th>Object</Th>
            <Th numeric>Size</Th>
            <Th>Written</Th>
            <Th>What it is</Th>
            {mayManage ? (
              <Th>
                <span className="sr-only">Acts</span>
              </Th>
            ) : null}
          </TableHead>
          <TableBody>
            {orphans.slice(0, most).map((orphan) => (
              <OrphanRow key={orphan.id} orphan={orphan} targetId={target.id} mayManage={mayManage} />
            ))}
          </TableBody>
        </Table>
      )}
      {orphans.length > most ? (
        <div className="flex justify-center border-line border-t p-2">
          <Button size="sm" variant="ghost" onClick={() => setMost(most + SHOWN)}>
            Show more of {orphans.length}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

interface OrphanRowProps {
  orphan: OrphanView;
  targetId: string;
  mayManage: boolean;
}

function OrphanRow({ orphan, targetId, mayManage }: OrphanRowProps) {
  const settle = (act: "remove" | "adopt") =>
    api("POST /backup-targets/{targetId}/orphans/{orphanId}", {
      params: { targetId, orphanId: orphan.id },
      body: { act },
    });
  const adopt = useStartRun(() => settle("adopt"));
  const remove = useStartRun(() => settle("remove"));
  return (
    <TableRow>
      <Td wide className="max-w-96 break-all font-mono text-sm">
        {orphan.key}
      </Td>
      <Td label="Size" numeric className="whitespace-nowrap">
        {formatBytes(orphan.sizeBytes)}
      </Td>
      <Td label="Written" className="whitespace-nowrap text-muted">
        <RelativeTime at={orphan.modifiedAt} />
      </Td>
      <Td label="What it is">{orphan.adoptable ? "a whole backup" : "leavings, or somebody else’s"}</Td>
      {mayManage ? (
        <Td className="whitespace-nowrap text-right max-sm:col-span-2 max-sm:text-left">
          <span className="inline-flex gap-2">
            {orphan.adoptable ? (
              <ConfirmDialog
                trigger={<Button size="sm">Adopt</Button>}
                title="Take it up as a restore point?"
                action="Adopt it"
                danger={false}
                onConfirm={() => adopt.mutateAsync()}
              >
                <strong className="break-all font-medium">{orphan.key}</strong> is listed among the backups if its
                manifest is there and every object is as long as that says. Nothing else is read: press Verify on its
                page. It is pinned until somebody takes the pin away.
              </ConfirmDialog>
            ) : null}
            <ConfirmDialog
              trigger={
                <Button size="sm" variant="danger-quiet">
                  Remove
                </Button>
              }
              title="Remove it for good?"
              action="Remove it"
              nameToType={orphan.adoptable ? "remove" : undefined}
              onConfirm={() => remove.mutateAsync()}
            >
              <div className="grid gap-2">
                <p>
                  <strong className="break-all font-medium">{orphan.key}</strong>, {formatBytes(orphan.sizeBytes)}, is
                  deleted in the target. This cannot be taken back.
                </p>
                {orphan.adoptable ? <p>It is a whole backup: adopt it if anybody may still want it.</p> : null}
              </div>
            </ConfirmDialog>
          </span>
        </Td>
      ) : null}
    </TableRow>
  );
}
