import type { Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";

/** A service that is still there, and what the policy is asked about it. */
export async function findService(tx: Tx, name: string) {
  const service = await tx.service.findUnique({ where: { name }, select: { id: true, ownerId: true, state: true } });
  if (!service || service.state === "retired") throw notFound("service");
  return { id: service.id, subject: { ownerId: service.ownerId, serviceId: service.id } };
}
