"use client";

import { CalendarDays, SearchX, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { useDeferredValue } from "react";
import type { CertificatePage } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";
import { FilterTabs, useFilter } from "../lists/filter-tabs.tsx";
import { PagedCard } from "../lists/paged-card.tsx";
import { SearchField, useSearch } from "../lists/search-field.tsx";
import { Toolbar } from "../lists/toolbar.tsx";
import { usePages } from "../lists/use-pages.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { CertificateRows } from "./certificate-rows.tsx";
import { NewCertificateButton } from "./new-certificate-button.tsx";

/** "expiring": within 30 days; "failing": a renewal that does not succeed. */
const STATES = [
  { value: "", label: "All" },
  { value: "expiring", label: "Ending" },
  { value: "failing", label: "Failing" },
  { value: "failed", label: "Not issued" },
  { value: "revoked", label: "Revoked" },
] as const;

const WHOSE = [
  { value: "", label: "Everybody’s" },
  { value: "1", label: "Mine" },
] as const;

const EXPIRING_DAYS = 30;

export interface CertificateFilters {
  q: string;
  mine: string;
  state: string;
}

/** What the API is asked for these filters. */
const askedOf = ({ q, mine, state }: CertificateFilters) => ({
  q: q || undefined,
  owner: mine ? "me" : undefined,
  ...(state === "expiring" ? { expiring: EXPIRING_DAYS } : { state: state || undefined }),
});

interface CertificateListProps {
  /** The first page, for the filters in the address as the server saw them. */
  initialData: CertificatePage;
  initialFilters: CertificateFilters;
  mayRequest: boolean;
}

/** Certificates, those that end first in front. */
export function CertificateList({ initialData, initialFilters, mayRequest }: CertificateListProps) {
  const [search] = useSearch();
  const [mine] = useFilter("mine");
  const [state] = useFilter("state");
  const filters: CertificateFilters = { q: useDeferredValue(search), mine, state };
  const isInitial = JSON.stringify(filters) === JSON.stringify(initialFilters);
  const list = usePages<CertificatePage>({
    queryKey: ["certificates", "list", filters],
    load: (after, signal) =>
      api("GET /certificates", { query: { ...askedOf(filters), after: after ?? undefined }, signal }),
    initialData: isInitial ? initialData : undefined,
    refetchMs: (pages) => (pages.some((page) => page.items.some((one) => one.work)) ? 2_000 : 15_000),
  });
  const certificates = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const isFiltered = Object.values(filters).some((value) => value !== "");

  return (
    <>
      {total > 0 || isFiltered ? (
        <Toolbar shown={certificates.length} total={total} noun={["certificate", "certificates"]}>
          <SearchField label="Find a name or serial" />
          <FilterTabs param="mine" label="Whose" options={WHOSE} />
          <FilterTabs param="state" label="State" options={STATES} />
          <Button asChild>
            <Link href="/domains/certificates/calendar">
              <CalendarDays aria-hidden /> Calendar
            </Link>
          </Button>
          {mayRequest ? <NewCertificateButton /> : null}
        </Toolbar>
      ) : null}
      <PagedCard list={list}>
        {certificates.length > 0 ? (
          <CertificateRows certificates={certificates} />
        ) : isFiltered ? (
          <EmptyState icon={SearchX} title="No certificate matches">
            Try fewer letters, or another filter.
          </EmptyState>
        ) : (
          <EmptyState
            icon={ShieldCheck}
            title="No certificates yet"
            action={mayRequest ? <NewCertificateButton /> : null}
          >
            A certificate proves to browsers that a name is yours. The panel gets it from Let’s Encrypt, renews it, and
            brings it to where it is used.
          </EmptyState>
        )}
      </PagedCard>
    </>
  );
}
