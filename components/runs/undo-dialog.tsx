"use client";

import type { RunPageView } from "#lib/runs/schema.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { resourcesLeft, wordForKind } from "./words.ts";

interface UndoDialogProps {
  run: RunPageView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => Promise<unknown>;
}

/** Says what goes, by name, and asks for the name of the service. */
export function UndoDialog({ run, open, onOpenChange, onConfirm }: UndoDialogProps) {
  const left = resourcesLeft(run);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Undo run ${run.id}?`}
      nameToType={run.service?.name ?? `run ${run.id}`}
      action={`Undo run ${run.id}`}
      onConfirm={onConfirm}
    >
      <p>A new run takes away what this one made, the last first, and proves it gone:</p>
      <ul className="mt-2 grid max-h-56 gap-1 overflow-y-auto rounded-md bg-sunken p-2 text-sm">
        {left.map((resource) => (
          <li key={resource.id} className="break-all">
            <span className="text-muted">{wordForKind(resource.kind)}</span> {resource.name}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
