import { ZodError } from "zod";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { AppError, notFound } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import type { WebhookKind } from "../constants.ts";
import { findService } from "../queries/find-environment.ts";
import { webhookSecretName } from "../queries/list-webhooks.ts";
import { newReleaseSchema } from "../schema/release.ts";
import type { HookAnswer } from "../types.ts";
import { limitRate } from "../webhooks/limit-rate.ts";
import { type PayloadVerdict, type Ring, readPayload } from "../webhooks/read-payload.ts";
import { type Delivery, type HookRefusal, verifyDelivery } from "../webhooks/verify.ts";
import { insertNewRelease } from "./create-release.ts";

export interface Received {
  headers: Headers;
  requestId: string;
  readBody: () => Promise<Uint8Array>;
}

type Refusal = HookRefusal | "replayed" | "too-large";
const REFUSALS: Record<Refusal, { status: number; message: string }> = {
  signature: { status: 401, message: "The signature is not this webhook's." },
  "content-type": { status: 415, message: "Send the payload as application/json." },
  delivery: { status: 400, message: "The delivery has no id." },
  malformed: { status: 400, message: "The payload is not what this event carries." },
  replayed: { status: 409, message: "This delivery has come before." },
  "too-large": { status: 413, message: "The payload is too large." },
};
const WORDS_MAX = 300;
/** A forge offers to send one again for some days. */
const DELIVERY_DAYS = 30;

type Hook = Awaited<ReturnType<typeof findWebhook>>;

async function findWebhook(webhookId: string) {
  const hook = await db().releaseWebhook.findUnique({
    where: { id: webhookId },
    include: { service: { select: { id: true, name: true } } },
  });
  if (!hook || hook.removedAt) {
    logger.warn({ webhookId }, "a webhook that does not exist was rung");
    throw notFound("webhook");
  }
  return { ...hook, kind: hook.kind as WebhookKind };
}

const actorOf = (hook: Hook, requestId: string): Actor => ({
  kind: "system",
  name: `${hook.kind} webhook of ${hook.service.name}`.slice(0, 100),
  requestId,
});

const note = (tx: Tx, hook: Hook, words: string) =>
  tx.releaseWebhook.update({
    where: { id: hook.id },
    data: { lastAt: new Date(), lastWords: words.slice(0, WORDS_MAX) },
  });

/** Logged, on the record and beside the webhook: what was refused, never what was sent. */
async function refuse(hook: Hook, refusal: Refusal, received: Received): Promise<never> {
  const { status, message } = REFUSALS[refusal];
  const { requestId } = received;
  logger.warn({ webhookId: hook.id, service: hook.service.name, refusal, requestId }, "a webhook was refused");
  await transaction(async (tx) => {
    await note(tx, hook, `Refused: ${message}`);
    await recordAudit(tx, actorOf(hook, requestId), {
      action: "releaseWebhooks.refuse",
      subjectType: "releaseWebhook",
      subjectId: hook.id,
      detail: { service: hook.service.name, refusal },
    });
  });
  throw new AppError({ code: `webhooks.${refusal.replace("-", "_")}`, message, status });
}

async function readBody(hook: Hook, received: Received): Promise<Uint8Array> {
  try {
    return await received.readBody();
  } catch (error) {
    if (error instanceof AppError && error.status === 413) return refuse(hook, "too-large", received);
    throw error;
  }
}

/**
 * Every delivery once, by its name and by its content: a name is not signed, so a thief could give another one. The content is
 * remembered as long as the secret that signed it opens the webhook, its name while the forge may try again.
 */
async function rememberDelivery(tx: Tx, hook: Hook, delivery: Delivery): Promise<void> {
  const expiresAt = new Date(Date.now() + DELIVERY_DAYS * 86_400_000);
  await tx.webhookDelivery.createMany({
    data: [
      { webhookId: hook.id, deliveryId: `id:${delivery.id}`, expiresAt },
      { webhookId: hook.id, deliveryId: `body:${delivery.bodyHash}`, expiresAt: null },
    ],
  });
}

async function makeRelease(tx: Tx, hook: Hook, actor: Actor, ring: Ring, delivery: Delivery) {
  const service = await findService(hook.service.name, tx);
  const wanted = newReleaseSchema.parse({ ...ring, image: hook.image });
  const made = await insertNewRelease(tx, actor, service, wanted, "webhook");
  await tx.webhookDelivery.updateMany({
    where: { webhookId: hook.id, deliveryId: `id:${delivery.id}` },
    data: { releaseId: made.releaseId },
  });
  await note(tx, hook, `Release ${made.number}`);
  return made;
}

/**
 * A forge rings. What is forged, comes again, is too large or too often is refused and logged; what concerns the service makes a
 * release; everything else is ignored, with the reason.
 */
export async function receiveWebhook(webhookId: string, received: Received): Promise<HookAnswer> {
  await limitRate(webhookId);
  const hook = await findWebhook(webhookId);
  const body = await readBody(hook, received);
  const secret = await findSecret(db(), webhookSecretName(hook.id));
  const verified = verifyDelivery(hook.kind, received.headers, body, secret?.value.toString("utf8") ?? "");
  if (!verified.ok) return refuse(hook, verified.refusal, received);
  const { delivery } = verified;
  let verdict: PayloadVerdict;
  try {
    verdict = readPayload(hook.kind, delivery.event, delivery.payload, hook);
  } catch (error) {
    if (error instanceof ZodError) return refuse(hook, "malformed", received);
    throw error;
  }
  const actor = actorOf(hook, received.requestId);
  const made = await transaction(async (tx) => {
    await rememberDelivery(tx, hook, delivery);
    if ("ring" in verdict) return makeRelease(tx, hook, actor, verdict.ring, delivery);
    await note(tx, hook, `Ignored: ${verdict.ignored}`);
    return null;
  }).catch((error: unknown) => {
    if (isDuplicate(error)) return refuse(hook, "replayed", received);
    throw error;
  });
  if (made) await ringRun(made.runId);
  if ("ignored" in verdict) return { result: "ignored", because: verdict.ignored, releaseId: null };
  return { result: "release", because: null, releaseId: made?.releaseId ?? null };
}
