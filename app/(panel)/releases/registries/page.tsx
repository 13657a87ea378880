import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { RegistryList } from "#components/registries/registry-list.tsx";
import { may } from "#lib/access/policy.ts";
import { listCredentials } from "#lib/registries/queries/list-credentials.ts";

export const metadata: Metadata = { title: "Private registries" };

export default async function RegistriesPage() {
  const actor = await requireActor();
  if (!may(actor, "registries.read").ok) notFound();
  return <RegistryList initialData={await listCredentials(actor)} mayManage={may(actor, "registries.manage").ok} />;
}
