import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";

/** Whether this reader may say how a service's data is backed up; false where there is no such service. */
export async function mayMakePolicy(actor: Actor, serviceName: string): Promise<boolean> {
  const row = await db().service.findUnique({ where: { name: serviceName }, select: { id: true, ownerId: true } });
  return row !== null && may(actor, "backupPolicies.edit", { ownerId: row.ownerId, serviceId: row.id }).ok;
}
