import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, type Page, test } from "@playwright/test";
import { mailTo, replicasOf } from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { openAs } from "./people.ts";
import {
  addStaging,
  approve,
  digestInSwarm,
  digestsRunning,
  expectEnd,
  freeze,
  imageOf,
  launchService,
  makeRelease,
  propose,
  pushVersion,
  readDeployment,
  unfreeze,
} from "./release-stage.ts";

const run = promisify(execFile);
const name = `notes-${Date.now().toString(36).slice(-6)}`;
const production = `${name}-production`;
const staging = `${name}-staging`;
const digests = { first: "", second: "" };
let sam: Page;
let mark: Page;
/** Of release 2 to production. */
let deployed = "";

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  [sam, mark] = [await openAs(browser, baseURL, /Sam Sand/), await openAs(browser, baseURL, /Mark Mast/)];
  await launchService(sam, name);
  digests.first = await digestInSwarm(production);
  await addStaging(sam, name);
});

test.afterAll(async () => {
  for (const page of [sam, mark]) await page.context().close();
});

const openReleases = () => sam.goto(`/services/${name}/releases`);

test("staff make a release in the browser, and staging has it by itself", async () => {
  digests.second = await pushVersion(name, "1.1");
  await openReleases();
  await sam
    .getByRole("link", { name: /New release/ })
    .first()
    .click();
  await sam.getByRole("textbox", { name: "Image" }).fill(imageOf(name));
  await sam.getByRole("textbox", { name: "Notes" }).fill("Search finds words in attachments");
  await sam.getByRole("button", { name: "Make release 2" }).click();
  await expect.poll(() => digestsRunning(staging), { timeout: 90_000 }).toEqual([digests.second]);
  expect(await digestInSwarm(production)).toBe(digests.first);
});

test("they read the difference and propose it for production", async () => {
  await openReleases();
  await sam.getByRole("link", { name: /Promote release 2/ }).click();
  const difference = sam.getByRole("region", { name: "Difference" });
  await expect(difference).toContainText(digests.first.slice(-6));
  await expect(difference).toContainText(digests.second.slice(-6));
  await expect(difference).toContainText("the same");
  await expect(sam.getByText("One other person has")).toBeVisible();
  await sam.getByRole("button", { name: "Propose for production" }).click();
  await expect(sam).toHaveURL(/\/deployments\/[0-9a-f-]{36}$/);
  deployed = sam.url().split("/").at(-1) ?? "";
  await expect(sam.getByText("Waits for approval").first()).toBeVisible();
  await expect(sam.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
});

test("a manager has a mail whose link opens the page and does nothing by itself", async () => {
  const find = async () => (await mailTo("mark@seaworthy.test")).find(({ text }) => text.includes(deployed));
  await expect.poll(find, { timeout: 30_000 }).toBeDefined();
  const link = new RegExp(`https?://\\S+/deployments/${deployed}\\S*`).exec((await find())?.text ?? "")?.[0] ?? "";
  await mark.goto(link);
  await expect(mark.getByRole("button", { name: "Approve release 2 for production" })).toBeVisible();
  expect((await readDeployment(mark, deployed)).state).toBe("proposed");
  await mark.goto("/approvals");
  await mark.getByRole("region", { name: "Waiting for you" }).getByRole("link", { name }).click();
  await expect(mark).toHaveURL(new RegExp(deployed));
});

test("the manager approves, and production converges on the very digest that was approved", async () => {
  await mark.getByRole("textbox", { name: "Comment" }).fill("Read the difference and tried it in staging");
  await mark.getByRole("button", { name: "Approve release 2 for production" }).click();
  await expect.poll(() => digestInSwarm(production), { timeout: 90_000 }).toBe(digests.second);
  await expectEnd(mark, deployed, "done");
  expect(await digestsRunning(production)).toEqual([digests.second]);
  expect(await replicasOf(production)).toEqual(["1/1"]);
  await expect(mark.getByText("Deployed", { exact: true }).first()).toBeVisible();
});

test("a release that never becomes healthy is taken back, and its page says which task failed and why", async () => {
  const broken = await makeRelease(sam, name, "1.2", { notes: "Does not answer" });
  await expect.poll(() => digestsRunning(staging), { timeout: 90_000 }).toEqual([digests.second]);
  const proposed = await propose(sam, broken.id);
  expect((await approve(mark, proposed)).status).toBe(200);
  await expectEnd(mark, proposed.id, "rolled_back");
  await expect.poll(() => digestsRunning(production), { timeout: 60_000 }).toEqual([digests.second]);
  expect(await digestInSwarm(production)).toBe(digests.second);
  const { outcome } = await readDeployment(mark, proposed.id);
  expect(outcome).toMatch(new RegExp(`${production}_app\\.\\d+`));
  expect(outcome).toMatch(/health/);
  await mark.goto(`/deployments/${proposed.id}`);
  await expect(mark.getByText("It failed; release 2 serves production as before")).toBeVisible();
  await expect(mark.getByText(outcome).first()).toBeVisible();
});

test("a manager goes back to the release before, once it is seen that this can be done", async () => {
  await mark.goto(`/deployments/${deployed}`);
  await mark.getByRole("button", { name: /Roll back to release 1/ }).click();
  const dialog = mark.getByRole("dialog");
  await expect(dialog.getByText("It can be done")).toBeVisible({ timeout: 30_000 });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Search shows minutes of closed meetings");
  await dialog.getByRole("textbox", { name: /to go on/ }).fill(name);
  await dialog.getByRole("button", { name: "Roll back to release 1" }).click();
  await expect(mark.getByRole("heading", { name: "Rollback of production to release 1" })).toBeVisible();
  await expectEnd(mark, mark.url().split("/").at(-1) ?? "", "done");
  expect(await digestsRunning(production)).toEqual([digests.first]);
});

test("the glass is broken in a freeze, every manager hears of it, and somebody else reviews it", async ({
  browser,
  baseURL,
}) => {
  // Managers are those who have signed in: before anything is told them.
  const mona = await openAs(browser, baseURL, /Mona Moor/);
  const frozen = await freeze(mark, name, "The quarter is closed");
  await mark.goto(`/services/${name}/releases/2/propose?environment=production`);
  await expect(mark.getByText(/The quarter is closed/).first()).toBeVisible();
  await mark.getByRole("button", { name: /Break the glass/ }).click();
  const dialog = mark.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("The auditors need search within the hour");
  await dialog.getByRole("textbox", { name: /to go on/ }).fill(name);
  await dialog.getByRole("button", { name: "Deploy release 2 now" }).click();
  await mark.waitForURL(/\/deployments\/[0-9a-f-]{36}$/);
  await expect(mark.getByRole("heading", { name: "Release 2 to production" })).toBeVisible();
  const id = mark.url().split("/").at(-1) ?? "";
  await expectEnd(mark, id, "done");
  expect(await digestsRunning(production)).toEqual([digests.second]);
  for (const manager of ["mark", "mona"]) {
    const mails = async () => (await mailTo(`${manager}@seaworthy.test`)).filter(({ text }) => text.includes(id));
    await expect.poll(async () => (await mails()).map(({ text }) => text).join()).toContain("The auditors need search");
  }
  const own = await callApi(mark, "POST", `/deployments/${id}/review`, { comment: "I find it good" });
  expect(own.status).toBe(403);
  await mona.goto(`/deployments/${id}`);
  await mona.getByRole("textbox", { name: "What you found" }).fill("It was needed; search works");
  await mona.getByRole("button", { name: "Record the review" }).click();
  await expect(mona.getByText(/Mona Moor has reviewed it/)).toBeVisible();
  await mona.context().close();
  await unfreeze(mark, frozen);
});

test("its evidence is downloaded and verified by the command the page names", async () => {
  await mark.goto(`/deployments/${deployed}`);
  const card = mark.getByRole("region", { name: "Evidence" });
  await expect(card).toBeVisible({ timeout: 30_000 });
  const [download] = await Promise.all([
    mark.waitForEvent("download"),
    card.getByRole("link", { name: /JSON/ }).click(),
  ]);
  const file = test.info().outputPath(`deployment-${deployed}.json`);
  await download.saveAs(file);
  const command = (await card.locator("code").last().textContent()) ?? "";
  const [, , script = "", , , hash = ""] = command.split(" ");
  expect(hash).toBe((await readDeployment(mark, deployed)).evidenceHash);
  const verify = () => run("npm", ["run", "--silent", script, "--", file, hash], { timeout: 60_000 });
  expect((await verify()).stdout).toContain("It is what the panel wrote");
  const text = await readFile(file, "utf8");
  expect(text).toContain("Read the difference and tried it in staging");
  await writeFile(file, text.replace("tried it in staging", "tried it in Staging"));
  await expect(verify()).rejects.toThrow();
});
