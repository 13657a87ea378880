import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { CertificatesTable } from "#components/domains/certificates-table.tsx";
import { listCertificates } from "#lib/certificates/queries.ts";

export const metadata: Metadata = { title: "Certificates" };

export default async function CertificatesPage() {
  return <CertificatesTable certificates={await listCertificates(await requireActor())} />;
}
