import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { proposeDeployment } from "#lib/releases/commands/propose.ts";
import { compareRelease } from "#lib/releases/queries/compare-release.ts";
import { createPromotable } from "#lib/releases/testing/proposals.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { notificationsPush } from "./push.ts";
import { PushInput } from "./push-input.ts";

useTestDatabase("push");
let people: People;
let server: Server;
let base = "";
let status = 200;
const taken: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  people = await createPeople();
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    taken.push({ url: request.url ?? "", headers: request.headers, body });
    response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  taken.length = 0;
  status = 200;
});
afterEach(() => overrideConfig({}));
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function propose() {
  const { release, service } = await createPromotable(people.owner.actor);
  const place = { releaseId: release.id, environment: "production" };
  const { seal, prefilled: answers } = await compareRelease(people.owner.actor, place);
  const { id } = await proposeDeployment(people.owner.actor, { ...place, seal, answers, startAt: null });
  return { id, service };
}
const input = (channel: "webhook" | "ntfy", deploymentId: string, template = "deployment-proposed") =>
  PushInput.parse({ channel, template, deploymentId });

it("tells a webhook as JSON, signed, with the same delivery id on a second try", async () => {
  overrideConfig({ NOTIFICATIONS_WEBHOOK_URL: `${base}/hook/secret`, NOTIFICATIONS_WEBHOOK_SECRET: "key" });
  const { id, service } = await propose();
  const test = createTestContext();
  await notificationsPush.apply(input("webhook", id), test.ctx);
  await notificationsPush.apply(input("webhook", id), test.next().ctx);
  expect(taken).toHaveLength(2);
  const [first, second] = taken;
  expect(first?.headers["x-seaworthy-signature-256"]).toBe(
    `sha256=${createHmac("sha256", "key")
      .update(first?.body ?? "")
      .digest("hex")}`,
  );
  expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
  expect(JSON.parse(first?.body ?? "")).toMatchObject({
    event: "deployment-proposed",
    subject: `Approval wanted: ${service.name} release 2 → production`,
    url: `http://localhost:8080/deployments/${id}`,
    about: { deploymentId: id },
  });
  expect(test.lines.join("\n")).not.toContain("secret");
});

it("publishes to an ntfy topic, loudly what is loud", async () => {
  overrideConfig({ NOTIFICATIONS_NTFY_URL: `${base}/sub/our-releases`, NOTIFICATIONS_NTFY_TOKEN: "tk_1" });
  const { id } = await propose();
  await notificationsPush.apply(input("ntfy", id), createTestContext().ctx);
  await notificationsPush.apply(input("ntfy", id, "deployment-broke-glass"), createTestContext().ctx);
  expect(taken.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/sub/", "Bearer tk_1"],
    ["/sub/", "Bearer tk_1"],
  ]);
  expect(taken.map(({ body }) => JSON.parse(body))).toMatchObject([
    { topic: "our-releases", priority: 3, click: `http://localhost:8080/deployments/${id}` },
    { topic: "our-releases", priority: 5, title: expect.stringContaining("WITHOUT APPROVAL") },
  ]);
});

it("tries again what may pass, gives up what will not, follows no redirection and names no address", async () => {
  const { id } = await propose();
  overrideConfig({ NOTIFICATIONS_WEBHOOK_URL: `${base}/hook/secret`, NOTIFICATIONS_NTFY_URL: `${base}/secret` });
  for (const [answer, retry] of [
    [503, "retry"],
    [429, "retry"],
    [404, "permanent"],
    [302, "permanent"],
  ] as const)
    for (const channel of ["webhook", "ntfy"] as const) {
      status = answer;
      const error = await refusalOf(notificationsPush.apply(input(channel, id), createTestContext().ctx));
      expect(error).toMatchObject({ code: `${channel}.not_taken`, retry });
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain("secret");
    }
  expect(taken.map(({ url }) => url)).not.toContain("/elsewhere");
});

it("says nothing where nothing is set, or nothing is left to say", async () => {
  const { id } = await propose();
  expect(await notificationsPush.apply(input("ntfy", id), createTestContext().ctx)).toEqual({ sent: false });
  overrideConfig({ NOTIFICATIONS_NTFY_URL: `${base}/topic` });
  const gone = input("ntfy", randomUUID());
  expect(await notificationsPush.apply(gone, createTestContext().ctx)).toEqual({ sent: false });
  expect(taken).toEqual([]);
  expect(PushInput.safeParse({ channel: "ntfy", template: "no-such", deploymentId: id }).success).toBe(false);
});
