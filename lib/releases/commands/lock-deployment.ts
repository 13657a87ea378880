import type { Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type FoundDeployment, findDeployment } from "../queries/find-deployment.ts";

/**
 * A deployment that nobody else decides on until the transaction ends. Its environment is locked first, always in this order:
 * what is decided about one deployment concerns the others there too.
 */
export async function lockDeployment(tx: Tx, id: string): Promise<FoundDeployment> {
  const found = await tx.deployment.findUnique({ where: { id }, select: { environmentId: true } });
  if (!found) throw notFound("deployment");
  await tx.$queryRaw`SELECT id FROM Environment WHERE id = ${found.environmentId} FOR UPDATE`;
  await tx.$queryRaw`SELECT id FROM Deployment WHERE id = ${id} FOR UPDATE`;
  return findDeployment(id, tx);
}
