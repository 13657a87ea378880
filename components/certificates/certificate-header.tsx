"use client";

import { RefreshCw, RotateCcw, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import type { CertificateView } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { CertificateState } from "./certificate-state.tsx";
import { nameShortly } from "./certificate-words.ts";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { useCertificateAct } from "./use-certificate.ts";

/** The names, how it is, and what may be done to it. */
export function CertificateHeader({ certificate }: { certificate: CertificateView }) {
  const { may, names } = certificate;
  return (
    <PageHeader
      crumbs={[
        { label: "Domains", href: "/domains" },
        { label: "Certificates", href: "/domains/certificates" },
      ]}
      title={
        <span className="inline-flex max-w-full items-center gap-1">
          <span className="min-w-0 break-all">{names[0]}</span>
          <CopyButton text={names.join("\n")} label={names.length > 1 ? "Copy the names" : "Copy the name"} />
        </span>
      }
      mark={<CertificateState certificate={certificate} plain={false} />}
      note={noteOf(names)}
      actions={
        <>
          {may.renew ? <RenewButton certificate={certificate} /> : null}
          {may.revoke ? <RevokeDialog certificate={certificate} /> : null}
          {may.remove ? <RemoveButton certificate={certificate} /> : null}
        </>
      }
    />
  );
}

function noteOf(names: string[]) {
  if (names.length < 2) return undefined;
  return names.length === 2 ? `and ${names[1]}` : `and ${names.length - 1} more names`;
}

export function RetryButton({ certificate }: { certificate: CertificateView }) {
  const certificateId = certificate.id;
  const act = useCertificateAct(() => api("POST /certificates/{certificateId}/retry", { params: { certificateId } }));
  return (
    <Button variant="primary" pending={act.isPending} onClick={() => act.mutate(undefined, { onError: tellFailure })}>
      <RotateCcw aria-hidden /> Try again
    </Button>
  );
}

function RenewButton({ certificate }: { certificate: CertificateView }) {
  const certificateId = certificate.id;
  const act = useCertificateAct(() => api("POST /certificates/{certificateId}/renew", { params: { certificateId } }));
  return (
    <Button
      pending={act.isPending}
      onClick={() =>
        act.mutate(undefined, {
          onSuccess: () => toast.success("Renewing; the present one serves until the new one is there"),
          onError: tellFailure,
        })
      }
    >
      <RefreshCw aria-hidden /> Renew now
    </Button>
  );
}

function RemoveButton({ certificate }: { certificate: CertificateView }) {
  const certificateId = certificate.id;
  const router = useRouter();
  const act = useCertificateAct(() => api("DELETE /certificates/{certificateId}", { params: { certificateId } }));
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-quiet">
          <Trash2 aria-hidden /> Take away
        </Button>
      }
      title="Take this certificate out of the panel?"
      action="Take it away"
      onConfirm={async () => {
        await act.mutateAsync();
        router.push("/domains/certificates");
      }}
    >
      <p>
        <strong className="break-all font-medium">{nameShortly(certificate.names)}</strong>: its orders, its history and
        whatever key it has leave the panel. What the audit record says of it stays.
      </p>
    </ConfirmDialog>
  );
}
