import type { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { backupHealth } from "../schema/policy-views.ts";
import { TARGET_IN_USE } from "./find-target.ts";
import { readClaims } from "./read-claims.ts";
import { readOverdue } from "./read-overdue.ts";

/** Everything about backups that a monitor outside has to raise an alarm for. Asked of the rows alone: it needs no worker to be alive. */
export async function readBackupHealth(actor: Actor): Promise<z.output<typeof backupHealth>> {
  authorize(actor, "backups.read");
  const { claims } = await readClaims(db());
  const targets = await db().backupTarget.findMany({
    where: { ...TARGET_IN_USE, state: "failing" },
    select: { name: true, failingSince: true, checkedAt: true, createdAt: true },
    orderBy: { name: "asc" },
  });
  const missing = await db().backup.groupBy({
    by: ["serviceId", "environment", "policy"],
    where: { state: { in: ["stored", "verified"] }, removedAt: null, missingAt: { not: null } },
    _count: true,
    _min: { missingAt: true },
  });
  const services = await db().service.findMany({
    where: { id: { in: missing.flatMap((group) => group.serviceId ?? []) } },
    select: { id: true, name: true },
  });
  return {
    overdue: await readOverdue(actor),
    proofs: claims.flatMap(({ service, environment, policy, proofOverdueSince }) =>
      proofOverdueSince ? [{ service, environment, policy, since: proofOverdueSince.toISOString() }] : [],
    ),
    targets: targets.map(({ name, failingSince, checkedAt, createdAt }) => ({
      ...{ target: name, since: (failingSince ?? checkedAt ?? createdAt).toISOString() },
    })),
    missing: missing.map(({ serviceId, environment, policy, _count, _min }) => ({
      ...{ service: services.find(({ id }) => id === serviceId)?.name ?? null, environment, policy },
      ...{ since: (_min.missingAt ?? new Date()).toISOString(), points: _count },
    })),
  };
}
