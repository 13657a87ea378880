"use client";

import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { BackupPoint } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { usePointAct } from "./use-point.ts";

/** Keeps a point for good, with the reason why; or lets the retention have it again. */
export function PinButton({ point }: { point: BackupPoint }) {
  return point.pinned ? <UnpinButton point={point} /> : <PinDialog point={point} />;
}

function PinDialog({ point }: { point: BackupPoint }) {
  const [reason, setReason] = useState("");
  const pin = usePointAct(() =>
    api("PUT /backups/{backupId}/pin", { params: { backupId: point.id }, body: { reason: reason.trim() } }),
  );
  return (
    <ConfirmDialog
      trigger={
        <Button>
          <Pin aria-hidden /> Pin
        </Button>
      }
      danger={false}
      title="Pin this restore point?"
      action="Pin it"
      onConfirm={async () => {
        await pin.mutateAsync();
        toast("Pinned: no retention removes it");
      }}
    >
      <div className="grid gap-3">
        <p>No retention removes it until somebody takes the pin away.</p>
        <Field label="Why it is kept" why="Whoever wonders about it later reads this." required>
          <Input
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            maxLength={300}
            required
            minLength={3}
          />
        </Field>
      </div>
    </ConfirmDialog>
  );
}

function UnpinButton({ point }: { point: BackupPoint }) {
  const unpin = usePointAct(() => api("DELETE /backups/{backupId}/pin", { params: { backupId: point.id } }));
  return (
    <ConfirmDialog
      trigger={
        <Button>
          <PinOff aria-hidden /> Unpin
        </Button>
      }
      danger={point.pin?.goesUnpinned ?? false}
      title="Take the pin away?"
      action="Unpin it"
      onConfirm={async () => {
        await unpin.mutateAsync();
        toast("The pin is gone; the retention decides about it again");
      }}
    >
      <div className="grid gap-2">
        {point.pin ? (
          <p className="break-words">
            {point.pin.by} keeps it for: “{point.pin.reason}”
          </p>
        ) : null}
        <p>
          {point.pin?.goesUnpinned
            ? "Nothing else keeps it: its policy may remove it after the next good backup, for good."
            : "Nothing removes it for now; later its policy’s retention decides."}
        </p>
      </div>
    </ConfirmDialog>
  );
}
