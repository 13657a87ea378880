import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { TargetList } from "#components/backups/target-list.tsx";
import { may } from "#lib/access/policy.ts";
import { listTargets } from "#lib/backups/queries/list-targets.ts";

export const metadata: Metadata = { title: "Backup targets" };

export default async function TargetsPage() {
  const actor = await requireActor();
  return <TargetList initialData={await listTargets(actor)} mayManage={may(actor, "backupTargets.manage").ok} />;
}
