"use client";

import { ShieldX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { REVOKE_REASONS, type RevokeReason } from "#lib/certificates/constants.ts";
import type { CertificateView } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { REASON_WORDS } from "./certificate-words.ts";
import { useCertificateAct } from "./use-certificate.ts";

/** Revokes for good, with a reason, after the name was typed. */
export function RevokeDialog({ certificate }: { certificate: CertificateView }) {
  const { id: certificateId, names, deliveries, served } = certificate;
  const [name = ""] = names;
  const [reason, setReason] = useState<RevokeReason>("unspecified");
  const act = useCertificateAct(() =>
    api("POST /certificates/{certificateId}/revoke", { params: { certificateId }, body: { reason, name } }),
  );
  const used = [
    ...deliveries.map((one) => one.target),
    ...served.filter((one) => one.state === "right").map((one) => one.hostname),
  ];
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-quiet">
          <ShieldX aria-hidden /> Revoke
        </Button>
      }
      title="Revoke this certificate?"
      nameToType={name}
      action="Revoke it for good"
      onConfirm={async () => {
        await act.mutateAsync();
        toast("It is being revoked");
      }}
    >
      <div className="grid gap-3">
        <p>
          Browsers stop trusting it within hours, and this cannot be taken back. Its private key leaves the panel. A
          certificate with a new key can be asked for at any time.
        </p>
        {used.length > 0 ? (
          <p>
            Still in use at{" "}
            <strong className="break-all font-medium">{[...new Set(used)].slice(0, 5).join(", ")}</strong>
            {used.length > 5 ? " and elsewhere" : ""}.
          </p>
        ) : null}
        <Field label="Reason" why="The authority publishes it.">
          <Select value={reason} onChange={(event) => setReason(event.target.value as RevokeReason)}>
            {REVOKE_REASONS.map((one) => (
              <option key={one} value={one}>
                {REASON_WORDS[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </ConfirmDialog>
  );
}
