import { db, type Tx } from "#lib/platform/db/client.ts";
import { readConfig } from "#lib/releases/queries/find-environment.ts";

/** Where an environment's next release goes, as its settings say; null: it has none. */
export async function readPlacement(
  serviceId: string,
  name: string,
  tx: Tx = db(),
): Promise<Record<string, string> | null> {
  const environment = await tx.environment.findUnique({ where: { serviceId_name: { serviceId, name } } });
  const settings = environment && (await readConfig(tx, environment.id));
  return settings ? { ...settings.content.placement } : null;
}
