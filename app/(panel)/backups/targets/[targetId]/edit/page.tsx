import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { TargetForm } from "#components/backups/target-form.tsx";
import { Page } from "#components/ui/page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { may } from "#lib/access/policy.ts";
import { loadTarget, type TargetPageProps } from "../../load-target.ts";

export const metadata: Metadata = { title: "Edit a backup target" };

export default async function EditTarget({ params }: TargetPageProps) {
  const actor = await requireActor();
  const target = await loadTarget((await params).targetId);
  const own = `/backups/targets/${target.id}`;
  if (!may(actor, "backupTargets.manage").ok) redirect(own);
  return (
    <Page>
      <PageHeader
        crumbs={[
          { label: "Backups", href: "/backups" },
          { label: "Targets", href: "/backups/targets" },
          { label: target.name, href: own },
        ]}
        title={<span className="break-words">Edit {target.name}</span>}
      />
      <TargetForm target={target} />
    </Page>
  );
}
