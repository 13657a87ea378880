import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { replicasOf } from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { signIn } from "./people.ts";
import { addStaging, digestInSwarm, digestsRunning, imageOf, launchService, pushVersion } from "./release-stage.ts";

const name = `hook-${Date.now().toString(36).slice(-6)}`;
const staging = `${name}-staging`;
const production = `${name}-production`;
const commit = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const hook = { url: "", secret: "" };
let before = "";
let after = "";

/** A push as GitHub sends it, signed with a secret. */
function sign(secret: string, message: string, delivery: string = randomUUID()) {
  const body = JSON.stringify({
    ref: "refs/heads/main",
    after: commit,
    deleted: false,
    repository: { full_name: "acme/minutes", html_url: "https://github.com/acme/minutes" },
    head_commit: { id: commit, message },
  });
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  };
}

async function ring(delivery: { body: string; headers: Record<string, string> }) {
  const answer = await fetch(hook.url, { method: "POST", ...delivery, signal: AbortSignal.timeout(20_000) });
  return { status: answer.status, body: await answer.json() };
}

test.describe.configure({ mode: "serial" });

test("a service runs in production, and staging is added beside it with names of its own", async ({ page }) => {
  await signIn(page, /Sam Sand/);
  await launchService(page, name);
  before = await digestInSwarm(production);
  await addStaging(page, name);
  await expect.poll(() => replicasOf(staging)).toEqual(["1/1"]);
  expect(await digestInSwarm(staging)).toBe(before);
});

test("a webhook is made in the browser, and its secret is shown once", async ({ page }) => {
  await signIn(page, /Sam Sand/);
  await page.goto(`/services/${name}/releases/webhooks`);
  await page.getByRole("button", { name: "New webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Image" }).fill(imageOf(name));
  await dialog.getByRole("button", { name: "Make the webhook" }).click();
  await expect(dialog.getByText("Copy the secret now")).toBeVisible();
  const [url, secret] = await dialog.locator("code").allTextContents();
  Object.assign(hook, { url, secret });
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(hook.secret)).toHaveCount(0);
  const { body } = await callApi(page, "GET", `/services/${name}/release-webhooks`);
  expect(JSON.stringify(body)).not.toContain(hook.secret);
});

test("a genuine delivery makes a release, and staging converges on the digest its tag had", async ({ page }) => {
  after = await pushVersion(name, "1.1");
  expect(after).not.toBe(before);
  const answer = await ring(sign(hook.secret, "Search in attachments"));
  expect([answer.status, answer.body]).toEqual([202, expect.objectContaining({ result: "release" })]);
  await expect.poll(() => digestInSwarm(staging), { timeout: 90_000 }).toBe(after);
  await expect.poll(() => digestsRunning(staging), { timeout: 60_000 }).toEqual([after]);
  expect(await digestInSwarm(production)).toBe(before);
  await signIn(page, /Sam Sand/);
  const { body: release } = await callApi(page, "GET", `/releases/${answer.body.releaseId}`);
  expect(release).toMatchObject({ state: "ready", digest: after, commitId: commit, origin: "webhook" });
});

test("a forged, a replayed and an oversized delivery are refused, and make nothing", async ({ page }) => {
  await signIn(page, /Sam Sand/);
  const count = async () => (await callApi(page, "GET", `/services/${name}/releases`)).body.items.length;
  const releases = await count();
  const genuine = sign(hook.secret, "Ignore me", randomUUID());
  const forged = sign("not the secret", "Ignore me");
  expect([(await ring(forged)).status, (await ring(forged)).body.error.code]).toEqual([401, "webhooks.signature"]);
  const tampered = { ...genuine, body: genuine.body.replace("Ignore me", "Run me") };
  expect((await ring(tampered)).status).toBe(401);
  await page.goto(`/services/${name}/releases/webhooks`);
  await expect(page.getByRole("table", { name: "Webhooks" })).toContainText("Refused: The signature");
  const large = sign(hook.secret, "x".repeat(1024 * 1024));
  expect([(await ring(large)).status, (await ring(large)).body.error.code]).toEqual([413, "webhooks.too_large"]);
  const branch = { ...genuine, body: genuine.body };
  expect((await ring(branch)).status).toBe(202);
  expect(await count()).toBe(releases + 1);
  const replayed = await ring(branch);
  expect([replayed.status, replayed.body.error.code]).toEqual([409, "webhooks.replayed"]);
  expect(await count()).toBe(releases + 1);
  const audit = await readPanelRows<{ refusal: string }>(
    "SELECT JSON_VALUE(detail, '$.refusal') AS refusal FROM AuditEvent WHERE action = 'releaseWebhooks.refuse' AND subjectId = ?",
    [hook.url.split("/").at(-1)],
  );
  expect(new Set(audit.map(({ refusal }) => refusal))).toEqual(new Set(["signature", "too-large", "replayed"]));
});
