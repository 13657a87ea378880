import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { NamesForm } from "#components/certificates/names-form.tsx";
import { PersonalCard } from "#components/certificates/personal-card.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listPlaces } from "#lib/certificates/queries/list-places.ts";

export const metadata: Metadata = { title: "New certificate" };

export default async function NewCertificatePage() {
  const places = await listPlaces(await requireActor());
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Domains", href: "/domains" },
          { label: "Certificates", href: "/domains/certificates" },
        ]}
        title="New certificate"
        note="From Let’s Encrypt, proven by DNS: no port has to be open for it."
      />
      {places.mayRequest ? (
        <div className="grid max-w-3xl grid-cols-1 gap-4">
          {places.personal ? <PersonalCard personal={places.personal} /> : null}
          <NamesForm places={places} />
        </div>
      ) : (
        <Callout title="Your role only looks">Ask an administrator for a role that may have names of its own.</Callout>
      )}
    </Page>
  );
}
