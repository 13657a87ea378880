"use client";

import { Sparkles } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import type { CertificatePlaces, RequestedCertificate } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { CertificateState } from "./certificate-state.tsx";
import { useCertificateAct } from "./use-certificate.ts";

/** One press: everything below the reader's own name. */
export function PersonalCard({ personal }: { personal: NonNullable<CertificatePlaces["personal"]> }) {
  const [wildcard, base] = personal.names;
  const existing = personal.certificate;
  return (
    <Card aria-labelledby="personal-title">
      <CardBody className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 id="personal-title" className="font-semibold">
            Your own wildcard
          </h2>
          <p className="break-words">
            <code className="break-all">{wildcard}</code> and <code className="break-all">{base}</code>
          </p>
          <p className="text-muted text-sm">
            One certificate for every name you make below yours. The panel makes its key and renews it.
          </p>
        </div>
        {existing ? (
          <div className="flex flex-wrap items-center gap-3">
            <CertificateState certificate={existing} plain={false} />
            <Button asChild>
              <Link href={`/domains/certificates/${existing.id}`}>Open it</Link>
            </Button>
          </div>
        ) : (
          <GetButton />
        )}
      </CardBody>
    </Card>
  );
}

function GetButton() {
  const router = useRouter();
  const act = useCertificateAct<void, RequestedCertificate>(() => api("POST /certificates/personal"));
  return (
    <Button
      variant="primary"
      size="lg"
      pending={act.isPending || act.isSuccess}
      onClick={async () => {
        try {
          const { certificateId } = await act.mutateAsync();
          router.push(`/domains/certificates/${certificateId}`);
        } catch (error) {
          tellFailure(error);
        }
      }}
    >
      <Sparkles aria-hidden /> Get my wildcard
    </Button>
  );
}
