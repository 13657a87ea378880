import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { ProposalForm } from "#components/releases/proposal-form.tsx";
import { SubHeader } from "#components/releases/sub-header.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { AppError } from "#lib/platform/errors.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { loadRelease, type ReleasePageProps } from "../load-release.ts";

export const metadata: Metadata = { title: "Propose a release" };

const loadQuery = createLoader({ environment: parseAsString.withDefault("production") });

/** The comparison; or why there can be none. */
async function loadComparison(releaseId: string, environment: string) {
  const actor = await requireActor();
  try {
    return { comparison: await compareRelease(actor, { releaseId, environment }), refusal: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    if (error.status === 404) notFound();
    return { comparison: null, refusal: error };
  }
}

export default async function ProposePage({
  params,
  searchParams,
}: ReleasePageProps & { searchParams: Promise<SearchParams> }) {
  const { name, release } = await params;
  const { environment } = await loadQuery(searchParams);
  const { id, number, serviceName } = await loadRelease(name, release);
  const { comparison, refusal } = await loadComparison(id, environment);
  return (
    <>
      <SubHeader
        title={`Release ${number} to ${environment}`}
        back={{ href: `/services/${serviceName}/releases/${number}`, label: `Release ${number}` }}
        note="Look at what changes, answer what is asked, then propose it. Nothing happens outside before others have approved it."
      />
      {comparison ? (
        <ProposalForm key={`${id} ${environment}`} initialData={comparison} />
      ) : (
        <Callout tone="warning" title={refusal.message}>
          {refusal.advice}
        </Callout>
      )}
    </>
  );
}
