"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { MoveView } from "#lib/moves/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** The old host serves again. Only where that is still possible. */
export function GoBackButton({ move }: { move: MoveView }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  if (!move.back.may) return null;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="danger-quiet" size="sm" onClick={() => setOpen(true)}>
          Go back to {move.fromHost}
        </Button>
      }
      title={`Go back to ${move.fromHost}?`}
      action={`Go back to ${move.fromHost}`}
      onConfirm={async () => {
        const { runId } = await api("POST /moves/{moveId}/back", { params: { moveId: move.id } });
        router.push(`/runs/${runId}`);
      }}
    >
      It runs on {move.fromHost} again with the data as it was when writing stopped. What was copied to {move.toHost}{" "}
      stays on its disk and is not used.
      {move.back.losesData
        ? ` It may have served on ${move.toHost} already: what people wrote there since is not on ${move.fromHost}.`
        : null}
    </ConfirmDialog>
  );
}
