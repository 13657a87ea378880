"use client";

import type { CertificateView } from "#lib/certificates/types.ts";
import { CertificateHeader } from "./certificate-header.tsx";
import { CertificateNotice } from "./certificate-notice.tsx";
import { DeliveriesCard } from "./deliveries-card.tsx";
import { DownloadCard } from "./download-card.tsx";
import { FactsCard } from "./facts-card.tsx";
import { FlowCard } from "./flow-card.tsx";
import { InstructionsCard } from "./instructions-card.tsx";
import { OrdersCard } from "./orders-card.tsx";
import { RenewalCard } from "./renewal-card.tsx";
import { ServedCard } from "./served-card.tsx";
import { useCertificate } from "./use-certificate.ts";

/** One certificate: what it is, whether it is right, what can be done. */
export function CertificatePage({ initialData }: { initialData: CertificateView }) {
  const certificate = useCertificate(initialData);
  return (
    <>
      <CertificateHeader certificate={certificate} />
      <div className="grid grid-cols-1 gap-4">
        <CertificateNotice certificate={certificate} />
        <FlowCard certificate={certificate} />
        <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
          <FactsCard certificate={certificate} />
          <DownloadCard certificate={certificate} />
        </div>
        <RenewalCard certificate={certificate} />
        <ServedCard certificate={certificate} />
        <DeliveriesCard certificate={certificate} />
        <InstructionsCard certificate={certificate} />
        <OrdersCard certificate={certificate} />
      </div>
    </>
  );
}
