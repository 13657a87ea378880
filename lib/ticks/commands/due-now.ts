import type { Tx } from "#lib/platform/db/client.ts";

/** Has a service's ticks looked at by the next worker that comes by. What is being looked at now is looked at again. */
export async function dueNow(tx: Tx, serviceId: string): Promise<void> {
  await tx.$executeRaw`UPDATE Service SET ticksDueAt = UTC_TIMESTAMP(3) WHERE id = ${serviceId}`;
}
