"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

interface DiscardDraftProps {
  draftId: string;
  /** What the draft is called: its service's name. */
  name: string | null;
  /** Where to go afterwards; stays without it. */
  goTo?: string;
  quiet?: boolean;
}

/** Throws a draft away, with the secrets given for it, after asking. */
export function DiscardDraft({ draftId, name, goTo, quiet }: DiscardDraftProps) {
  const router = useRouter();
  const client = useQueryClient();
  const what = name ?? "this draft";
  return (
    <ConfirmDialog
      trigger={
        <Button variant="ghost" size={quiet ? "icon-sm" : "md"} aria-label={`Discard ${what}`}>
          <Trash2 aria-hidden /> {quiet ? null : "Discard draft"}
        </Button>
      }
      title={`Discard ${what}?`}
      action="Discard the draft"
      onConfirm={async () => {
        await api("DELETE /drafts/{draftId}", { params: { draftId } });
        await client.invalidateQueries({ queryKey: ["drafts"] });
        if (goTo) router.push(goTo);
      }}
    >
      Its answers and the values of secrets given for it are deleted for good. Nothing outside has been made yet.
    </ConfirmDialog>
  );
}
