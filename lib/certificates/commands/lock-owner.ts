import type { Tx } from "#lib/platform/db/client.ts";

/** Two requests of one owner at the same moment are decided one after the other. */
export async function lockOwner(tx: Tx, owner: { serviceId: string | null; ownerId: string | null }): Promise<void> {
  if (owner.serviceId) await tx.$queryRaw`SELECT id FROM Service WHERE id = ${owner.serviceId} FOR UPDATE`;
  else if (owner.ownerId) await tx.$queryRaw`SELECT id FROM User WHERE id = ${owner.ownerId} FOR UPDATE`;
}
