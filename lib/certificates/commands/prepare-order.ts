import { randomUUID } from "node:crypto";
import { createCsrPem, createKeyPem, describeKeyKind, isKeyKind, type KeyKind } from "#lib/integrations/acme/keys.ts";
import { findRenewalId } from "#lib/integrations/acme/renewal-info.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { findSecretById } from "#lib/secrets/queries.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { toNamesKey } from "../format.ts";
import { deleteUnusedKeys, keySecretName } from "./delete-keys.ts";
import { notePhase } from "./enter-phase.ts";
import type { Lineage } from "./find-lineage-row.ts";
import type { Account } from "./open-account.ts";
import { redactKey } from "./redact-key.ts";

/** Everything that is kept before the authority hears of an order. */
export interface PreparedOrder {
  certificateId: string;
  names: string[];
  /** Null: the key is with whoever made the certificate request. */
  keyPem: string | null;
  orderId: string;
  /** Null: not begun, as far as we know. */
  orderUrl: string | null;
  csrPem: string;
  purpose: "issue" | "renew";
  /** How the authority calls the certificate that this one follows, where it wants to know. */
  replaces: string | null;
  /** The row is older than this attempt: an order may exist although its URL was never stored. */
  resumed: boolean;
}

/** A certificate that is to be issued for the first time and has no row yet. */
export interface NewLineage {
  names: string[];
  serviceId: string | null;
}

async function openKey(ctx: StepContext, keySecretId: string | null): Promise<string | undefined> {
  const secret = keySecretId ? await findSecretById(db(), keySecretId).catch(() => null) : null;
  if (!secret) return undefined;
  const keyPem = secret.value.toString();
  redactKey(ctx, keyPem);
  return keyPem;
}

/** The order to go on with: the one begun before, or a new one with a key and a request of its own, both stored with it. */
export async function prepareOrder(
  ctx: StepContext,
  account: Account,
  lineage: Lineage | NewLineage,
): Promise<PreparedOrder> {
  if (!("id" in lineage)) return prepareFirst(ctx, lineage);
  const order = await db().acmeOrder.findFirst({
    where: { certificateId: lineage.id, state: { notIn: ["invalid", "valid"] } },
    orderBy: { createdAt: "desc" },
  });
  if (!order) return prepareNext(ctx, account, lineage);
  const keyPem = lineage.keyType === "csr" ? null : await openKey(ctx, order.keySecretId);
  if (keyPem === undefined) {
    ctx.log.warn("The key of the order that was begun is gone; beginning another");
    const problem = { names: [], problem: "The order's private key was lost." };
    await ctx.write((tx) =>
      tx.acmeOrder.update({ where: { id: order.id }, data: { state: "invalid", problem, finishedAt: new Date() } }),
    );
    return prepareNext(ctx, account, lineage);
  }
  if (order.runId !== ctx.run.id)
    await ctx.write((tx) => tx.acmeOrder.update({ where: { id: order.id }, data: { runId: ctx.run.id } }));
  return {
    ...{ certificateId: lineage.id, names: lineage.names, keyPem, orderId: order.id, orderUrl: order.url },
    ...{ csrPem: order.csrPem, replaces: order.replaces, resumed: true },
    purpose: order.purpose === "renew" ? "renew" : "issue",
  };
}

interface Material {
  orderId: string;
  keyPem: string | null;
  csrPem: string;
}

async function makeMaterial(ctx: StepContext, names: readonly string[], kind: KeyKind): Promise<Material> {
  const keyPem = await createKeyPem(kind);
  redactKey(ctx, keyPem);
  const csrPem = await createCsrPem(names, keyPem);
  ctx.log.info(`Made an ${describeKeyKind(kind)} key and a certificate request for ${names.join(", ")}`);
  return { orderId: randomUUID(), keyPem, csrPem };
}

interface OrderRow extends Material {
  certificateId: string;
  serviceId: string | null;
  purpose: PreparedOrder["purpose"];
  replaces: string | null;
}

async function storeOrder(tx: Tx, ctx: StepContext, row: OrderRow): Promise<void> {
  const { orderId, certificateId, serviceId, keyPem, csrPem, purpose, replaces } = row;
  const name = keySecretName(certificateId, orderId);
  const secret = keyPem ? await storeSecret(tx, { name, value: keyPem, serviceId }) : null;
  const keySecretId = secret?.id ?? null;
  await tx.acmeOrder.create({
    data: {
      ...{ id: orderId, certificateId, state: "pending", csrPem, keySecretId, purpose, replaces },
      runId: ctx.run.id,
    },
  });
  await notePhase(tx, orderId, "order");
}

async function prepareFirst(ctx: StepContext, { names, serviceId }: NewLineage): Promise<PreparedOrder> {
  const material = await makeMaterial(ctx, names, "ec-p256");
  const certificateId = randomUUID();
  const order = { purpose: "issue" as const, replaces: null };
  await ctx.write(async (tx) => {
    const row = { id: certificateId, serviceId, names: toNamesKey(names), state: "pending" };
    await tx.certificate.create({ data: row });
    await storeOrder(tx, ctx, { ...material, ...order, certificateId, serviceId });
  });
  return { ...material, ...order, certificateId, names, orderUrl: null, resumed: false };
}

/** Another order of a certificate: its first, one after the authority gave the last one up, or a renewal. */
export async function prepareNext(ctx: StepContext, account: Account, lineage: Lineage): Promise<PreparedOrder> {
  const { id: certificateId, names, serviceId, keyType } = lineage;
  const kind = isKeyKind(keyType) ? keyType : "ec-p256";
  const material =
    keyType === "csr" && lineage.csrPem
      ? { orderId: randomUUID(), keyPem: null, csrPem: lineage.csrPem }
      : await makeMaterial(ctx, names, kind);
  const purpose = lineage.state === "issued" ? "renew" : "issue";
  const { renewalInfo } = await account.client.directory(ctx.signal);
  const replaces =
    (purpose === "renew" && renewalInfo && lineage.chainPem ? findRenewalId(lineage.chainPem) : undefined) ?? null;
  const order = { purpose, replaces } as const;
  await ctx.write(async (tx) => {
    await storeOrder(tx, ctx, { ...material, ...order, certificateId, serviceId });
    // Only a first issue is pending: what is issued stays so while it is renewed.
    await tx.certificate.updateMany({
      where: { id: certificateId, state: "failed" },
      data: { state: "pending", error: null },
    });
    await deleteUnusedKeys(tx, certificateId);
  });
  return { ...material, ...order, certificateId, names, orderUrl: null, resumed: false };
}
