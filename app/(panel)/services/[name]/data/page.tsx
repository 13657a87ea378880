import { requireActor } from "#app/actor.ts";
import { NotForViewers } from "#components/data-changes/not-for-viewers.tsx";
import { ServiceData } from "#components/services/data.tsx";
import { may } from "#lib/access/policy.ts";
import { listDataChanges } from "#lib/data-changes/queries/list-data-changes.ts";
import { listAccounts } from "#lib/databases/queries/list-accounts.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

const SHOWN = 20;

export default async function DataPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name } = await loadService((await params).name);
  if (!may(actor, "dataChanges.read").ok) return <NotForViewers />;
  const [accounts, changes] = await Promise.all([
    listAccounts(actor, name),
    listDataChanges(actor, { service: name, limit: SHOWN }),
  ]);
  return <ServiceData key={id} serviceName={name} accounts={accounts} changes={changes} />;
}
