import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TargetForm } from "#components/backups/target-form.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";

export const metadata: Metadata = { title: "New backup target" };

export default async function NewTarget() {
  const actor = await requireActor();
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Backups", href: "/backups" },
          { label: "Targets", href: "/backups/targets" },
        ]}
        title="New target"
        note="A place for backups: the farther from what it protects, the better."
      />
      {may(actor, "backupTargets.manage").ok ? (
        <TargetForm />
      ) : (
        <Callout title="Only administrators make targets">Ask one, with the place you have in mind.</Callout>
      )}
    </Page>
  );
}
