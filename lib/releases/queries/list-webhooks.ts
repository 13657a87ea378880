import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import type { WebhookKind } from "../constants.ts";
import type { WebhookList, WebhookView } from "../types.ts";
import { findService, subjectOf } from "./find-environment.ts";

/** Name of a webhook's secret in the panel's own table. */
export const webhookSecretName = (webhookId: string) => `release-webhook.${webhookId}`;

interface Row {
  id: string;
  kind: string;
  branch: string;
  image: string;
  createdAt: Date;
  lastAt: Date | null;
  lastWords: string | null;
}

export const toWebhookView = (row: Row): WebhookView => ({
  id: row.id,
  kind: row.kind as WebhookKind,
  branch: row.branch,
  image: row.image,
  url: new URL(`/api/v1/hooks/releases/${row.id}`, config().APP_URL).href,
  createdAt: row.createdAt.toISOString(),
  lastAt: row.lastAt?.toISOString() ?? null,
  lastWords: row.lastWords,
});

/** Where forges ring for a service. Secrets are not among what is shown. */
export async function listWebhooks(actor: Actor, serviceName: string): Promise<WebhookList> {
  authorize(actor, "releaseWebhooks.read");
  const service = await findService(serviceName);
  const rows = await db().releaseWebhook.findMany({
    where: { serviceId: service.id, removedAt: null },
    orderBy: { createdAt: "asc" },
  });
  return {
    webhooks: rows.map(toWebhookView),
    mayManage: may(actor, "releaseWebhooks.manage", subjectOf(service)).ok,
  };
}
