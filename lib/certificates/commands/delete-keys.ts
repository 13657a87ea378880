import type { Tx } from "#lib/platform/db/client.ts";

/** Each order has a key of its own, so that a renewal never touches the one that is served. */
export const keySecretName = (certificateId: string, orderId: string) => `certificates.${certificateId}.${orderId}.key`;

const UNFINISHED = ["pending", "ready", "processing"];
const GONE = { ciphertext: new Uint8Array(0) };

const allKeys = (certificateId: string) => ({
  name: { startsWith: `certificates.${certificateId}.` },
  deletedAt: null,
});

/** Destroys every key of a certificate. */
export async function deleteKeys(tx: Tx, certificateId: string): Promise<void> {
  await tx.secret.updateMany({ where: allKeys(certificateId), data: { ...GONE, deletedAt: new Date() } });
}

/**
 * Destroys the keys that nothing needs any more. Kept are the key of what is served, that of the certificate before it (it may
 * still be in use where the new one is not delivered yet; the next renewal destroys it), and those of orders under way.
 */
export async function deleteUnusedKeys(tx: Tx, certificateId: string): Promise<void> {
  const row = await tx.certificate.findUnique({
    where: { id: certificateId },
    select: { keySecretId: true, currentOrderId: true },
  });
  const before = await tx.acmeOrder.findFirst({
    where: { certificateId, state: "valid", ...(row?.currentOrderId ? { id: { not: row.currentOrderId } } : {}) },
    orderBy: { finishedAt: "desc" },
    select: { keySecretId: true },
  });
  const underWay = await tx.acmeOrder.findMany({
    where: { certificateId, state: { in: UNFINISHED } },
    select: { keySecretId: true },
  });
  const needed = [row, before, ...underWay].flatMap((one) => one?.keySecretId ?? []);
  await tx.secret.updateMany({
    where: { ...allKeys(certificateId), id: { notIn: needed } },
    data: { ...GONE, deletedAt: new Date() },
  });
}
