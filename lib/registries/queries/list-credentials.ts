import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { RegistryCredentialView } from "#lib/releases/types.ts";

interface Row {
  id: string;
  host: string;
  username: string;
  version: number;
  createdAt: Date;
  checkedAt: Date | null;
  error: string | null;
}

/** Its password is never among what is shown. */
export const toCredentialView = (row: Row): RegistryCredentialView => ({
  id: row.id,
  host: row.host,
  username: row.username,
  version: row.version,
  createdAt: row.createdAt.toISOString(),
  checkedAt: row.checkedAt?.toISOString() ?? null,
  error: row.error,
});

/** The accounts the panel has at registries. */
export async function listCredentials(actor: Actor): Promise<{ credentials: RegistryCredentialView[] }> {
  authorize(actor, "registries.read");
  const rows = await db().registryCredential.findMany({ orderBy: { host: "asc" } });
  return { credentials: rows.map(toCredentialView) };
}
