"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import type { BackupPoint } from "#lib/backups/types.ts";
import { formatBytes } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Moment } from "./moment.tsx";
import { nameOwner } from "./words.ts";

/** Removes a point's objects for good, after its name was typed. */
export function RemovePointButton({ point }: { point: BackupPoint }) {
  const router = useRouter();
  const client = useQueryClient();
  const name = `${point.service ?? "panel"}/${point.policy}`;
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-quiet">
          <Trash2 aria-hidden /> Delete…
        </Button>
      }
      title="Delete this restore point?"
      nameToType={name}
      action="Delete it for good"
      onConfirm={async () => {
        const { runId } = await api("DELETE /backups/{backupId}", { params: { backupId: point.id } });
        void client.invalidateQueries({ queryKey: ["backups"] });
        router.push(`/runs/${runId}`);
      }}
    >
      <p>
        {nameOwner(point.service)} as it was at <Moment at={point.startedAt} />
        {point.sizeBytes === null ? "" : ` (${formatBytes(point.sizeBytes)})`} leaves{" "}
        <strong className="font-medium">{point.target.name}</strong> and cannot be brought back. This page stays and
        says so.
      </p>
    </ConfirmDialog>
  );
}
