import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { requireActor } from "#app/actor.ts";
import { CertificatePage } from "#components/certificates/certificate-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { getCertificate } from "#lib/certificates/queries/get-certificate.ts";
import { certificateView } from "#lib/certificates/schema.ts";
import { AppError } from "#lib/platform/errors.ts";

interface Props {
  params: Promise<{ certificateId: string }>;
}

/** Asked once for the page and its title. Only what the API would show leaves the server. */
const loadCertificate = cache(async (id: string) => {
  const actor = await requireActor();
  if (!z.uuid().safeParse(id).success) notFound();
  try {
    return certificateView.parse(await getCertificate(actor, id));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const certificate = await loadCertificate((await params).certificateId);
  return { title: `${certificate.names[0]} · certificate` };
}

export default async function CertificateDetailPage({ params }: Props) {
  const certificate = await loadCertificate((await params).certificateId);
  return (
    <Page>
      <CertificatePage key={certificate.id} initialData={certificate} />
    </Page>
  );
}
