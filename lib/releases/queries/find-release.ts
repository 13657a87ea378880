import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";

/** The id of a service's release by what people call it: its number, or its id. */
export async function findReleaseId(serviceName: string, numberOrId: string): Promise<string> {
  const isNumber = /^[1-9]\d{0,8}$/.test(numberOrId);
  const row = await db().release.findFirst({
    where: { service: { name: serviceName }, ...(isNumber ? { number: Number(numberOrId) } : { id: numberOrId }) },
    select: { id: true },
  });
  if (!row) throw notFound("release");
  return row.id;
}
