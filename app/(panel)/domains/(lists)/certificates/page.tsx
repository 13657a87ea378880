import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { AccountKeyButton } from "#components/certificates/account-key-button.tsx";
import { CertificateList } from "#components/certificates/certificate-list.tsx";
import { may, mayEver } from "#lib/access/policy.ts";
import { CERTIFICATE_FILTERS, type CertificateFilter } from "#lib/certificates/constants.ts";
import { listCertificates } from "#lib/certificates/queries/list-certificates.ts";

export const metadata: Metadata = { title: "Certificates" };

const EXPIRING_DAYS = 30;
const text = parseAsString.withDefault("");
const loadFilters = createLoader({ q: text, mine: text, state: text });

export default async function CertificatesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const filters = await loadFilters(searchParams);
  const state = CERTIFICATE_FILTERS.find((one) => one === filters.state) satisfies CertificateFilter | undefined;
  const page = await listCertificates(actor, {
    q: filters.q,
    mine: filters.mine !== "",
    state,
    expiring: filters.state === "expiring" ? EXPIRING_DAYS : undefined,
  });
  return (
    <>
      <CertificateList
        initialData={page}
        initialFilters={filters}
        mayRequest={mayEver(actor, "certificates.request")}
      />
      {may(actor, "certificates.changeAccountKey").ok ? (
        <div className="flex justify-end pt-3">
          <AccountKeyButton />
        </div>
      ) : null}
    </>
  );
}
