import { expect, test } from "@playwright/test";
import { byHand, callApi, cancelRun, createDraft, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { launchService } from "./release-stage.ts";
import { Visitor } from "./visit.ts";

const mark = Date.now().toString(36).slice(-6);
/** As long as a name may be, so that what breaks with long names breaks here. */
const name = `committee-minutes-and-decisions-${mark}l`;
const nixos = `address-lists-of-every-committee-${mark}`;

let sam: Visitor;
let runId: number;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  sam = new Visitor(await openAs(browser, baseURL, /Sam Sand/));
  runId = await startService(sam.page, byHand(nixos));
  await launchService(sam.page, name);
});

test.afterAll(async () => {
  await cancelRun(sam.page, runId);
  await sam.page.context().close();
});

test("the questions about a NixOS module, with the versions of its package", async () => {
  const placement = { ...byHand(nixos).placement, nixosPackage: "etherpad-lite" };
  const options = [{ name: "settings.a.name.that.goes.on.and.on", value: `"${"x".repeat(80)}"` }];
  const draftId = await createDraft(sam.page, { placement: { ...placement, nixosOptions: options } });
  await sam.visit(`/services/new/${draftId}/placement`);
  await expect(sam.page.getByRole("list", { name: "Versions in NixOS" })).toBeVisible();
  await sam.look();
  await callApi(sam.page, "DELETE", `/drafts/${draftId}`);
});

test("the files of a service in the configuration repository", async () => {
  const state = async () => (await callApi(sam.page, "GET", `/runs/${runId}`)).body.state;
  await expect.poll(state, { timeout: 90_000 }).toBe("waiting");
  await sam.visit(`/services/${nixos}`);
  await expect(sam.page.getByRole("heading", { name: "Configuration repository" })).toBeVisible();
  await sam.look();
});

test("what is printed: a run, a template, and how to rebuild a service", async () => {
  for (const path of [`/runs/${runId}/print`, `/services/${name}/readiness/rebuild`]) {
    await sam.check(path);
    await sam.lookPrinted();
  }
  await sam.visit("/checklists/templates/provision/print");
  await sam.lookPrinted();
});

test("what a service needs, drawn and changed", async () => {
  const at = `/services/${name}/dependencies`;
  const { body } = await callApi(sam.page, "GET", at);
  const dependsOn = [{ service: nixos, kind: "database", reason: "Reads its lists every night ".repeat(8) }];
  expect((await callApi(sam.page, "PUT", at, { version: body.version, dependsOn })).status).toBe(200);
  await sam.check(at);
  await sam.page.getByRole("button", { name: "Change what it needs" }).click();
  await sam.look();
  await sam.check(`/services/${nixos}/dependencies`);
});

test("the tabs of a live service: ticks, monitors, readiness, its move", async () => {
  for (const tab of ["/checklist", "/readiness", "/move", "/monitors"]) await sam.check(`/services/${name}${tab}`);
  await sam.page.getByRole("button", { name: /^Pause for/ }).click();
  await expect(sam.page.getByRole("dialog")).toBeVisible();
  await sam.look();
});

test("the plan of a service's end, and the question before it", async () => {
  const { page } = sam;
  await sam.visit(`/services/${name}/decommission`);
  await page.getByRole("button", { name: "Show the plan" }).click();
  await expect(page.getByText(/Nothing is touched yet\.$/)).toBeVisible({ timeout: 60_000 });
  await sam.look();
  await page.getByRole("button", { name: `Decommission ${name}` }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await sam.look();
});
