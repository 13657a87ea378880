import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { PolicyEditor } from "#components/backups/policy-editor.tsx";
import { Page } from "#components/ui/page.tsx";
import { may } from "#lib/access/policy.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";
import { loadPolicy } from "../load-policy.ts";

interface Props {
  params: Promise<{ policyId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const policy = await loadPolicy((await params).policyId);
  return { title: `${policy.service ?? "Seaworthy"} · ${policy.name} · backup policy` };
}

export default async function PolicyPage({ params }: Props) {
  const actor = await requireActor();
  const policy = await loadPolicy((await params).policyId);
  const { targets } = await listTargets(actor);
  return (
    <Page>
      <PolicyEditor key={policy.id} initialData={policy} targets={targets} mayRun={may(actor, "backups.take").ok} />
    </Page>
  );
}
