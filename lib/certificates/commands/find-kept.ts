import { db } from "#lib/platform/db/client.ts";

/** Whether the panel still has anything of a certificate that it was to discard: its chain, its key or a place it is brought to. */
export async function findKept(certificateId: string, name: string): Promise<string | null> {
  const row = await db().certificate.findUnique({
    where: { id: certificateId },
    select: { chainPem: true, keySecretId: true, _count: { select: { deliveries: true } } },
  });
  if (!row) return null;
  if (row.chainPem !== null || row.keySecretId !== null) return `The panel still has the certificate for ${name}.`;
  return row._count.deliveries > 0 ? `The certificate for ${name} is still brought somewhere.` : null;
}
