import { z } from "zod";
import { defineHook } from "#lib/api/define-hook.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { createWebhook, removeWebhook } from "#lib/releases/commands/manage-webhooks.ts";
import { receiveWebhook } from "#lib/releases/commands/receive-webhook.ts";
import { listWebhooks } from "#lib/releases/queries/list-webhooks.ts";
import { webhookSchema } from "#lib/releases/schema/release.ts";
import { hookAnswer, madeWebhook, webhookList } from "#lib/releases/schema/views.ts";

const serviceParams = z.object({ serviceName: z.string().max(40) });
const HOOK_MAX_BYTES = 1024 * 1024;

const list = defineRoute({
  method: "GET",
  path: "/services/{serviceName}/release-webhooks",
  action: "releaseWebhooks.read",
  summary: "Where forges ring for a service, without the secrets.",
  params: serviceParams,
  output: webhookList,
  handler: ({ actor, params: { serviceName } }) => listWebhooks(actor, serviceName),
});

const create = defineRoute({
  method: "POST",
  path: "/services/{serviceName}/release-webhooks",
  action: "releaseWebhooks.manage",
  summary: "Makes an address that a forge may ring. Its secret is shown this once.",
  params: serviceParams,
  body: webhookSchema,
  output: madeWebhook,
  status: 201,
  handler: ({ actor, params: { serviceName }, body }) => createWebhook(actor, serviceName, body),
});

const remove = defineRoute({
  method: "DELETE",
  path: "/services/{serviceName}/release-webhooks/{webhookId}",
  action: "releaseWebhooks.manage",
  summary: "Takes a webhook away: nobody can ring it any more.",
  params: serviceParams.extend({ webhookId: z.uuid() }),
  output: z.object({}),
  async handler({ actor, params: { serviceName, webhookId } }) {
    await removeWebhook(actor, serviceName, webhookId);
    return {};
  },
});

const ring = defineHook({
  path: "/hooks/releases/{webhookId}",
  summary: "Rung by GitHub (X-Hub-Signature-256) or GitLab (X-Gitlab-Token) when something new is there.",
  params: z.object({ webhookId: z.uuid() }),
  output: hookAnswer,
  maxBodyBytes: HOOK_MAX_BYTES,
  handler: ({ params: { webhookId }, headers, requestId, readBody }) =>
    receiveWebhook(webhookId, { headers, requestId, readBody }),
});

export const releaseWebhooksRoutes = [list, create, remove, ring] as const;
