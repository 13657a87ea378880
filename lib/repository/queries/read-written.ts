import { db, type Tx } from "#lib/platform/db/client.ts";
import { REPOSITORY_FILE } from "../constants.ts";
import { type Written, writtenSchema } from "../schema.ts";

type Row = { providerId: string; attributes: unknown };

function toWritten({ providerId, attributes }: Row): Written {
  const parsed = writtenSchema.safeParse(attributes);
  return parsed.success ? parsed.data : { path: providerId };
}

const live = (serviceId: string) => ({ serviceId, kind: REPOSITORY_FILE, state: { not: "gone" } });

/** What the panel wrote at a path of the repository for a service, by whichever run came last; null: nothing. */
export async function findWritten(serviceId: string, path: string, tx: Tx = db()): Promise<Written | null> {
  const row = await tx.resource.findFirst({
    where: { ...live(serviceId), providerId: path },
    select: { providerId: true, attributes: true },
  });
  return row ? toWritten(row) : null;
}

/** Everything a service has in the repository. */
export async function listWritten(serviceId: string): Promise<Written[]> {
  const rows = await db().resource.findMany({
    where: live(serviceId),
    orderBy: { providerId: "asc" },
    select: { providerId: true, attributes: true },
  });
  return rows.map(toWritten);
}
