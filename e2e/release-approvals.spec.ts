import { expect, type Page, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { docker, world } from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { openAs } from "./people.ts";
import {
  approve,
  compare,
  digestInSwarm,
  expectEnd,
  freeze,
  launchService,
  makeRelease,
  propose,
  readDeployment,
  unfreeze,
} from "./release-stage.ts";

const name = `four-${Date.now().toString(36).slice(-6)}`;
const stack = `${name}-production`;
let sam: Page;
let mark: Page;
let release: { id: string; number: number; digest: string };
let before = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  [sam, mark] = [await openAs(browser, baseURL, /Sam Sand/), await openAs(browser, baseURL, /Mark Mast/)];
  await launchService(sam, name);
  before = await digestInSwarm(stack);
  release = await makeRelease(sam, name, "1.1", { notes: "Search in attachments" });
});

test.afterAll(async () => {
  expect.soft(await digestInSwarm(stack)).toBe(release.digest);
  for (const page of [sam, mark]) await page.context().close();
});

/** The refusal by the API, and the same sentence on the page of whoever was refused. */
async function expectRefused(page: Page, deployment: { id: string; seal: string }, status: number, code: string) {
  const answer = await approve(page, deployment);
  expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  await page.goto(`/deployments/${deployment.id}`);
  return answer.body.error.message as string;
}

const cancel = (page: Page, id: string) => callApi(page, "POST", `/deployments/${id}/cancel`, { reason: "" });

test("nobody who asked for it or edited it approves it, an administrator neither", async ({ browser, baseURL }) => {
  const ada = await openAs(browser, baseURL, /Ada Anchor/);
  const proposed = await propose(mark, release.id);
  const words = await expectRefused(mark, proposed, 403, "approvals.own");
  await expect(mark.getByText(words)).toBeVisible();
  const { prefilled: answers, seal } = await compare(ada, release.id);
  const edit = { answers, seal, startAt: null, version: proposed.version };
  const edited = await callApi(ada, "PUT", `/deployments/${proposed.id}`, edit);
  expect(edited.status).toBe(200);
  const again = await expectRefused(ada, edited.body, 403, "approvals.own");
  await expect(ada.getByText(again)).toBeVisible();
  expect((await cancel(mark, proposed.id)).status).toBe(200);
  await ada.context().close();
});

test("who read an earlier text does not approve the one it became", async () => {
  const proposed = await propose(sam, release.id);
  const { prefilled, seal } = await compare(sam, release.id);
  const answers = { ...prefilled, manualSteps: true, manualText: "Clear the cache of the proxy." };
  const edit = { answers, seal, startAt: null, version: proposed.version };
  expect((await callApi(sam, "PUT", `/deployments/${proposed.id}`, edit)).status).toBe(200);
  await expectRefused(mark, proposed, 409, "approvals.other_text");
  await expect(mark.getByText("Clear the cache of the proxy.")).toBeVisible();
  expect((await readDeployment(mark, proposed.id)).state).toBe("proposed");
  expect((await cancel(sam, proposed.id)).status).toBe(200);
});

test("an approval that comes too late is refused", async () => {
  const proposed = await propose(sam, release.id);
  await readPanelRows("UPDATE Deployment SET expiresAt = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ?", [
    proposed.id,
  ]);
  await expectRefused(mark, proposed, 409, "approvals.expired");
  await expect(mark.getByText("Expired").first()).toBeVisible();
  expect((await readDeployment(mark, proposed.id)).state).toBe("expired");
});

test("what was changed in production behind the panel's back voids what was proposed", async () => {
  const { seal } = await compare(sam, release.id);
  const proposed = await propose(sam, release.id);
  const changed = `${(world().images?.web["1.2"] ?? "").replace(/:[^:/]+$/, "")}@${release.digest}`;
  await docker("service", "update", "--detach", "--no-resolve-image", "--image", changed, `${stack}_app`);
  try {
    await expect
      .poll(async () => (await readDeployment(mark, proposed.id)).sealNow, { timeout: 60_000 })
      .not.toBe(proposed.seal);
    await expectRefused(mark, proposed, 409, "approvals.target_changed");
    const { state, outcome } = await readDeployment(mark, proposed.id);
    expect(state).toBe("void");
    await expect(mark.getByText(outcome).first()).toBeVisible();
  } finally {
    await docker("service", "rollback", "--detach", `${stack}_app`);
  }
  await expect.poll(() => digestInSwarm(stack)).toBe(before);
  // What the panel sees follows what Docker does.
  await expect.poll(async () => (await compare(sam, release.id)).seal, { timeout: 60_000 }).toBe(seal);
});

test("a setting changed after the approval keeps it from starting", async () => {
  const frozen = await freeze(mark, name, "The quarter is closed");
  const proposed = await propose(sam, release.id);
  expect((await approve(mark, proposed)).status).toBe(200);
  const { body: config } = await callApi(sam, "GET", `/services/${name}/environments/production/config`);
  const content = { ...config.content, env: { ...config.content.env, THEME: "dark" } };
  const saved = await callApi(sam, "PUT", `/services/${name}/environments/production/config`, {
    version: config.version,
    content,
  });
  expect(saved.status).toBe(200);
  await unfreeze(mark, frozen);
  await expectEnd(sam, proposed.id, "void");
  await sam.goto(`/deployments/${proposed.id}`);
  await expect(sam.getByText((await readDeployment(sam, proposed.id)).outcome).first()).toBeVisible();
});

test("in a freeze it is approved but does not start, and says when that ends; its approval is used once", async () => {
  const frozen = await freeze(mark, name, "The quarter is closed");
  const proposed = await propose(sam, release.id);
  expect((await approve(mark, proposed)).status).toBe(200);
  const start = () => callApi(mark, "POST", `/deployments/${proposed.id}/start`, {});
  const refused = await start();
  expect([refused.status, refused.body.error.code]).toEqual([409, "deployments.frozen"]);
  expect(refused.body.error.message).toMatch(/The quarter is closed.* It ends /);
  await mark.goto(`/deployments/${proposed.id}`);
  await expect(mark.getByText(/The quarter is closed/).first()).toBeVisible();
  expect(await digestInSwarm(stack)).toBe(before);
  await unfreeze(mark, frozen);
  await expectEnd(mark, proposed.id, "done");
  const second = await start();
  expect([second.status, second.body.error.code]).toEqual([409, "deployments.used"]);
  const vote = await approve(mark, proposed);
  expect([vote.status, vote.body.error.code]).toEqual([409, "approvals.closed"]);
  await mark.reload();
  await expect(mark.getByRole("button", { name: /^Approve|^Start/ })).toHaveCount(0);
  const runs = await readPanelRows<{ n: bigint }>("SELECT COUNT(*) AS n FROM Run WHERE startKey LIKE ?", [
    `deployment:${proposed.id}%`,
  ]);
  expect(Number(runs[0]?.n)).toBe(1);
});
