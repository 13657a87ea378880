import { redirect } from "next/navigation";
import { requireActor } from "#app/actor.ts";
import { listBoard } from "#lib/backups/queries/list-board.ts";
import { loadService, type ServicePageProps } from "../../load-service.ts";

/** Leads to the form that restores the newest proven point; where there is more than one kind, to the list of them. */
export default async function RestorePage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { name } = await loadService((await params).name);
  const { rows } = await listBoard(actor, { service: name });
  const [only, ...others] = rows.flatMap((row) => row.provenId ?? []);
  redirect(only && others.length === 0 ? `/backups/points/${only}/restore` : `/services/${name}/backups`);
}
