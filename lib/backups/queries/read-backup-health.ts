import type { z } from "zod";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { backupHealth } from "../schema/policy-views.ts";
import { readClaims } from "./read-claims.ts";
import { readOverdue } from "./read-overdue.ts";

/** Targets that something would go to, or is kept in. */
const USED = {
  removedAt: null,
  OR: [{ policies: { some: { removedAt: null } } }, { backups: { some: { removedAt: null } } }],
} satisfies Prisma.BackupTargetWhereInput;

/** Everything about backups that a monitor outside has to raise an alarm for. Asked of the rows alone: it needs no worker to be alive. */
export async function readBackupHealth(actor: Actor): Promise<z.output<typeof backupHealth>> {
  authorize(actor, "backups.read");
  const claims = await readClaims(db());
  const targets = await db().backupTarget.findMany({
    where: { ...USED, state: "failing" },
    select: { name: true, failingSince: true, checkedAt: true, createdAt: true },
    orderBy: { name: "asc" },
  });
  return {
    overdue: await readOverdue(actor),
    proofs: claims.flatMap(({ service, environment, policy, proofOverdueSince }) =>
      proofOverdueSince ? [{ service, environment, policy, since: proofOverdueSince.toISOString() }] : [],
    ),
    targets: targets.map(({ name, failingSince, checkedAt, createdAt }) => ({
      ...{ target: name, since: (failingSince ?? checkedAt ?? createdAt).toISOString() },
    })),
  };
}
