import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { generatePassword } from "#lib/platform/crypto.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { parseImageReference } from "#lib/services/schema/image-reference.ts";
import { findService, subjectOf } from "../queries/find-environment.ts";
import { toWebhookView, webhookSecretName } from "../queries/list-webhooks.ts";
import type { WebhookInput } from "../schema/release.ts";
import type { MadeWebhook } from "../types.ts";

const WEBHOOKS_MAX = 20;
const SECRET_LENGTH = 40;

/** Makes an address that a forge may ring, with a secret that is shown this once. */
export async function createWebhook(
  actor: UserActor,
  serviceName: string,
  { kind, branch, image }: WebhookInput,
): Promise<MadeWebhook> {
  const parsed = parseImageReference(image);
  if (!parsed.ok) throw invalid({ image: parsed.problem });
  if (parsed.image.digest) throw invalid({ image: "Give a tag: what it means is looked up when the webhook rings." });
  const id = randomUUID();
  const secret = generatePassword(SECRET_LENGTH);
  const row = await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "releaseWebhooks.manage", subjectOf(service));
    const present = await tx.releaseWebhook.count({ where: { serviceId: service.id, removedAt: null } });
    if (present >= WEBHOOKS_MAX) throw conflict("webhooks.too_many", `A service has ${WEBHOOKS_MAX} webhooks at most.`);
    const made = await tx.releaseWebhook.create({ data: { id, serviceId: service.id, kind, branch, image } });
    await storeSecret(tx, { name: webhookSecretName(id), value: secret, serviceId: null });
    await recordAudit(tx, actor, {
      action: "releaseWebhooks.create",
      subjectType: "releaseWebhook",
      subjectId: id,
      detail: { service: serviceName, kind, branch, image },
    });
    return made;
  });
  return { ...toWebhookView(row), secret };
}

/** Nobody can ring it any more; what it brought stays. */
export async function removeWebhook(actor: UserActor, serviceName: string, webhookId: string): Promise<void> {
  await transaction(async (tx) => {
    const service = await findService(serviceName, tx);
    authorize(actor, "releaseWebhooks.manage", subjectOf(service));
    const gone = await tx.releaseWebhook.updateMany({
      where: { id: webhookId, serviceId: service.id, removedAt: null },
      data: { removedAt: new Date() },
    });
    if (gone.count === 0) throw notFound("webhook");
    await deleteSecret(tx, webhookSecretName(webhookId));
    // Nothing that was sent to it opens anything any more.
    await tx.webhookDelivery.updateMany({ where: { webhookId, expiresAt: null }, data: { expiresAt: new Date() } });
    await recordAudit(tx, actor, {
      action: "releaseWebhooks.remove",
      subjectType: "releaseWebhook",
      subjectId: webhookId,
      detail: { service: serviceName },
    });
  });
}
