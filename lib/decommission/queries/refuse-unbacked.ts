import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { KINDS } from "#lib/swarm/names.ts";
import type { Choices } from "../types.ts";

/** A last backup was chosen and nothing would take one of the volumes that go: nobody shall believe that there is one. */
export async function refuseUnbacked(tx: Tx, serviceId: string, choices: Choices): Promise<void> {
  if (choices.lastBackup !== "take" || choices.database !== "delete") return;
  const volumes = await tx.resource.findMany({
    where: { serviceId, kind: KINDS.volume, state: { not: "gone" } },
    select: { name: true, step: { select: { run: { select: { environment: true } } } } },
    orderBy: { name: "asc" },
  });
  const policies = await tx.backupPolicy.findMany({
    where: { serviceId, removedAt: null, kind: { not: "files" } },
    select: { environment: true },
  });
  const backed = new Set<string | null>(policies.map(({ environment }) => environment));
  const unbacked = volumes.find(({ step }) => !backed.has(step.run.environment));
  if (!unbacked) return;
  const { name, step } = unbacked;
  throw conflict(
    "decommission.no_backup",
    `A last backup was chosen, and no backup policy of ${step.run.environment ?? "it"} covers ${name}, which is deleted.`,
    "Add a backup policy, or choose no last backup and say why.",
  );
}
