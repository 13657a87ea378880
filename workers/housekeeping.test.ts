import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createWebhook, removeWebhook } from "#lib/releases/commands/manage-webhooks.ts";
import { receiveWebhook } from "#lib/releases/commands/receive-webhook.ts";
import { createLiveService, type LiveService } from "#lib/releases/testing/live-service.ts";
import { githubPush, signGithub } from "#lib/releases/testing/payloads.ts";
import { sweepExpired } from "./housekeeping.ts";

useTestDatabase("housekeeping");
let people: People;
let service: LiveService;
beforeAll(async () => {
  people = await createPeople();
  service = await createLiveService(people.owner.actor);
});

type Sent = ReturnType<typeof signGithub>;
const ring = (webhookId: string, { headers, body }: Sent) =>
  receiveWebhook(webhookId, {
    headers: new Headers(headers),
    requestId: randomUUID(),
    readBody: async () => Buffer.from(body),
  });
const kept = async (webhookId: string) =>
  (await db().webhookDelivery.findMany({ where: { webhookId } })).map(({ deliveryId }) => deliveryId.split(":")[0]);

it("forgets what deliveries were called, never what was in them while it could come again", async () => {
  const { id, secret } = await createWebhook(people.owner.actor, service.name, {
    kind: "github",
    branch: "main",
    image: "demo/web:1",
  });
  const sent = signGithub(secret, "push", githubPush("main"));
  expect(await ring(id, sent)).toMatchObject({ result: "release" });
  await sweepExpired();
  expect((await kept(id)).sort()).toEqual(["body", "id"]);
  const past = new Date(Date.now() - 1_000);
  await db().webhookDelivery.updateMany({
    where: { webhookId: id, expiresAt: { not: null } },
    data: { expiresAt: past },
  });
  await sweepExpired();
  expect(await kept(id)).toEqual(["body"]);
  // Once more, under its own name, which was forgotten.
  await expect(ring(id, sent)).rejects.toMatchObject({ code: "webhooks.replayed" });

  await removeWebhook(people.owner.actor, service.name, id);
  await sweepExpired();
  expect(await kept(id)).toEqual([]);
  await expect(ring(id, sent)).rejects.toMatchObject({ status: 404 });
});
