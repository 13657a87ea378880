import { listPolicyRows, type PolicyRow } from "#lib/backups/queries/find-policy.ts";
import { isSqlSource, type SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";

/** A service's own database in one environment: where it is, and the policy that backs it up. */
export interface ServiceDatabase {
  policy: PolicyRow;
  source: SqlBackupSource;
}

/** One of each service and environment: the policy called “database” where there is one. */
function chooseDatabases(policies: readonly PolicyRow[]): ServiceDatabase[] {
  const chosen = new Map<string, ServiceDatabase>();
  for (const policy of policies) {
    const { source, serviceId, environment } = policy;
    const place = `${serviceId}/${environment}`;
    if (serviceId === null || !isSqlSource(source)) continue;
    if (policy.name === "database" || !chosen.has(place)) chosen.set(place, { policy, source });
  }
  return [...chosen.values()];
}

/** null: the panel backs up no such database there, so that it does not know where it is. */
export async function findDatabase(
  { serviceId, environment }: { serviceId: string; environment: string },
  tx: Tx = db(),
): Promise<ServiceDatabase | null> {
  return chooseDatabases(await listPolicyRows({ serviceId, environment }, tx))[0] ?? null;
}

/** The same where it must be. */
export async function readDatabase(
  place: { serviceId: string; environment: string },
  tx: Tx = db(),
): Promise<ServiceDatabase> {
  const found = await findDatabase(place, tx);
  if (found) return found;
  throw new AppError({
    code: "databases.none",
    message: "The service has no SQL database here that the panel backs up.",
    advice: "Make a backup policy for it first: without one nothing of it is changed.",
    status: 409,
  });
}

/** Every database the panel knows, of one service or of all. */
export const listDatabases = async (serviceId?: string, tx: Tx = db()): Promise<ServiceDatabase[]> =>
  chooseDatabases(await listPolicyRows(serviceId === undefined ? { serviceId: { not: null } } : { serviceId }, tx));
