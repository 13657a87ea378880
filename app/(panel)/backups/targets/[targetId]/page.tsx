import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TargetPage } from "#components/backups/target-page.tsx";
import { Page } from "#components/ui/page.tsx";
import { may } from "#lib/access/policy.ts";
import { loadTarget, type TargetPageProps } from "../load-target.ts";

export async function generateMetadata({ params }: TargetPageProps): Promise<Metadata> {
  return { title: `${(await loadTarget((await params).targetId)).name} · backup target` };
}

export default async function BackupTargetPage({ params }: TargetPageProps) {
  const actor = await requireActor();
  const target = await loadTarget((await params).targetId);
  return (
    <Page>
      <TargetPage key={target.id} initialData={target} mayManage={may(actor, "backupTargets.manage").ok} />
    </Page>
  );
}
