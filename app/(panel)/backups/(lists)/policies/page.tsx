import type { Metadata } from "next";
import { requireActor } from "#app/actor.ts";
import { PolicyList } from "#components/backups/policy-list.tsx";
import { mayEver } from "#lib/access/policy.ts";
import { listPolicies } from "#lib/backups/queries/list-policies.ts";

export const metadata: Metadata = { title: "Backup policies" };

export default async function PoliciesPage() {
  const actor = await requireActor();
  return <PolicyList initialData={await listPolicies(actor, {})} mayCreate={mayEver(actor, "backupPolicies.edit")} />;
}
