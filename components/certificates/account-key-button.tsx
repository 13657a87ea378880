"use client";

import { KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

/** For administrators: another key for the panel's account at the authority (RFC 8555 7.3.5). */
export function AccountKeyButton() {
  const router = useRouter();
  return (
    <ConfirmDialog
      trigger={
        <Button variant="ghost" size="sm">
          <KeyRound aria-hidden /> Change the account’s key
        </Button>
      }
      title="Give the panel’s account at the authority another key?"
      action="Change the key"
      danger={false}
      onConfirm={async () => {
        const { runId } = await api("POST /acme-account/key");
        router.push(`/runs/${runId}`);
      }}
    >
      The authority takes the new key and forgets the old one. Certificates and their keys stay as they are.
    </ConfirmDialog>
  );
}
