import { requireActor } from "#app/actor.ts";
import { ServiceBackups } from "#components/services/backups.tsx";
import { may } from "#lib/access/policy.ts";
import { listBackups } from "#lib/backups/queries/list-backups.ts";
import { listBoard } from "#lib/backups/queries/list-board.ts";
import { listStanding } from "#lib/backups/queries/list-standing.ts";
import { loadService, type ServicePageProps } from "../load-service.ts";

const SHOWN = 20;

export default async function BackupsPage({ params }: ServicePageProps) {
  const actor = await requireActor();
  const { id, name, owner, state } = await loadService((await params).name);
  const [board, points, { restores }] = await Promise.all([
    listBoard(actor, { service: name }),
    listBackups(actor, { service: name, limit: SHOWN }),
    listStanding(actor, { service: name }),
  ]);
  return (
    <ServiceBackups
      key={id}
      serviceName={name}
      board={board}
      points={points}
      restores={restores}
      mayBackUp={may(actor, "backups.take").ok}
      mayEdit={state !== "retired" && may(actor, "backupPolicies.edit", { ownerId: owner.id, serviceId: id }).ok}
    />
  );
}
