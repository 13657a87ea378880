import type { Metadata } from "next";
import { createLoader, parseAsString, type SearchParams } from "nuqs/server";
import { requireActor } from "#app/actor.ts";
import { NewPolicyForm } from "#components/backups/new-policy-form.tsx";
import { OwnerChoice } from "#components/backups/owner-choice.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may, mayEver } from "#lib/access/policy.ts";
import { PANEL } from "#lib/backups/constants.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";
import { loadSuggested } from "./load-suggested.ts";

export const metadata: Metadata = { title: "New backup policy" };

const loadWishes = createLoader({ service: parseAsString, environment: parseAsString, source: parseAsString });

export default async function NewPolicy({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireActor();
  const { service, environment, source } = await loadWishes(searchParams);
  const mayAll = may(actor, "backupPolicies.edit").ok;
  const isPanel = service === PANEL;
  const suggested = service === null || isPanel ? undefined : await loadSuggested(actor, service);
  const isOthers = isPanel ? !mayAll : suggested && !suggested.mayMakePolicy;
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Backups", href: "/backups" },
          { label: "Policies", href: "/backups/policies" },
        ]}
        title="New policy"
        note="What is backed up, where to, when, how long it is kept and how it is proven."
      />
      {!mayEver(actor, "backupPolicies.edit") ? (
        <Callout title="Your role only looks">
          A service’s owner, database administrators and administrators make policies.
        </Callout>
      ) : isOthers ? (
        <Callout title={isPanel ? "The panel’s own backups are not yours to arrange" : `${service} is somebody else’s`}>
          {isPanel
            ? "Database administrators and administrators make policies for it."
            : "Its owner, database administrators and administrators make policies for it."}
        </Callout>
      ) : service === null || suggested === null ? (
        <OwnerChoice mayAll={mayAll} panel={PANEL} gone={service ?? undefined} />
      ) : (
        <NewPolicyForm
          key={`${service}/${environment}/${source}`}
          serviceName={isPanel ? null : service}
          environment={environment}
          source={source}
          targets={(await listTargets(actor)).targets}
          suggested={suggested?.places ?? []}
        />
      )}
    </Page>
  );
}
