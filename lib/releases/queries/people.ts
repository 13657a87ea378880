import type { Tx } from "#lib/platform/db/client.ts";

/** Names of people by their ids, for pages. Somebody who is gone is left out. */
export async function readPeople(tx: Tx, ids: readonly (string | null)[]) {
  const rows = await tx.user.findMany({
    where: { id: { in: [...new Set(ids.filter((id) => id !== null))] } },
    select: { id: true, displayName: true },
  });
  const people = new Map(rows.map((row) => [row.id, { id: row.id, name: row.displayName }]));
  return (id: string | null) => (id === null ? null : (people.get(id) ?? null));
}
