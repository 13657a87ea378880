import { db } from "#lib/platform/db/client.ts";

/** Names of the environments a service has. */
export async function listEnvironments(serviceId: string): Promise<string[]> {
  const rows = await db().environment.findMany({
    where: { serviceId },
    select: { name: true },
    orderBy: { name: "asc" },
  });
  return rows.map(({ name }) => name);
}
