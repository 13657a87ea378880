import { randomUUID } from "node:crypto";
import { createCsrPem, createKeyPem } from "#lib/integrations/acme/keys.ts";
import { db } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { readSecret } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { toNamesKey } from "../format.ts";
import { redactKey } from "./redact-key.ts";

/** Everything that is kept before the authority hears of an order. */
export interface PreparedOrder {
  certificateId: string;
  names: string[];
  keyPem: string;
  orderId: string;
  /** Null: not begun, as far as we know. */
  orderUrl: string | null;
  csrPem: string;
  /** The row is older than this attempt: an order may exist although its URL was never stored. */
  resumed: boolean;
}

export const keySecretName = (certificateId: string) => `certificates.${certificateId}.key`;

const openKey = async (ctx: StepContext, certificateId: string) => {
  const keyPem = (await readSecret(db(), keySecretName(certificateId))).value.toString();
  redactKey(ctx, keyPem);
  return keyPem;
};

/** The order to go on with: the one begun before, a new one after that failed, or the first. Key and CSR are stored with it. */
export async function prepareOrder(ctx: StepContext, names: string[]): Promise<PreparedOrder> {
  const serviceId = ctx.service?.id ?? null;
  const key = toNamesKey(names);
  const row = await db().certificate.findFirst({
    where: { serviceId, names: key, state: { in: ["pending", "failed"] } },
    include: { orders: { where: { state: { not: "invalid" } }, orderBy: { createdAt: "desc" }, take: 1 } },
    orderBy: { createdAt: "desc" },
  });
  if (!row) return prepareFirst(ctx, names, key, serviceId);
  const keyPem = await openKey(ctx, row.id);
  const [order] = row.orders;
  if (order)
    return {
      ...{ certificateId: row.id, names, keyPem, orderId: order.id },
      ...{ orderUrl: order.url, csrPem: order.csrPem, resumed: true },
    };
  return prepareNext(ctx, { certificateId: row.id, names, keyPem });
}

async function prepareFirst(
  ctx: StepContext,
  names: string[],
  key: string,
  serviceId: string | null,
): Promise<PreparedOrder> {
  const keyPem = createKeyPem();
  redactKey(ctx, keyPem);
  const csrPem = await createCsrPem(names, keyPem);
  const [certificateId, orderId] = [randomUUID(), randomUUID()];
  await ctx.write(async (tx) => {
    const secret = await storeSecret(tx, { name: keySecretName(certificateId), value: keyPem, serviceId });
    const keySecretId = secret.id;
    await tx.certificate.create({ data: { id: certificateId, serviceId, names: key, state: "pending", keySecretId } });
    await tx.acmeOrder.create({ data: { id: orderId, certificateId, state: "pending", csrPem, keySecretId } });
  });
  ctx.log.info(`Made an ECDSA P-256 key and a certificate request for ${names.join(", ")}`);
  return { certificateId, names, keyPem, orderId, orderUrl: null, csrPem, resumed: false };
}

/** Another order for the same certificate, after the authority gave the last one up. */
export async function prepareNext(
  ctx: StepContext,
  { certificateId, names, keyPem }: Pick<PreparedOrder, "certificateId" | "names" | "keyPem">,
): Promise<PreparedOrder> {
  const csrPem = await createCsrPem(names, keyPem);
  const orderId = randomUUID();
  await ctx.write(async (tx) => {
    const { keySecretId } = await tx.certificate.update({
      where: { id: certificateId },
      data: { state: "pending", error: null },
    });
    await tx.acmeOrder.create({ data: { id: orderId, certificateId, state: "pending", csrPem, keySecretId } });
  });
  return { certificateId, names, keyPem, orderId, orderUrl: null, csrPem, resumed: false };
}
