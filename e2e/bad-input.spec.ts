import { type Browser, expect, type Page, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { docker, world } from "./outside.ts";
import { byHand, callApi, cancelRun, startService } from "./panel-api.ts";
import { openAs, signIn } from "./people.ts";

const suffix = Date.now().toString(36).slice(-6);
const purpose = "Shared notes for the design team";

test.describe.configure({ mode: "serial" });

let page: Page;
let draftId: string;
const groupPage = (group: string) => `/services/new/${draftId}/${group}`;

const nameField = () => page.getByRole("textbox", { name: "Name" });
const purposeField = () => page.getByRole("textbox", { name: "What is it for?" });
const imageField = () => page.getByRole("textbox", { name: "Image" });

/** The message that belongs to a field, as one hears it who cannot see where it stands. */
async function messageOf(label: ReturnType<Page["getByRole"]>): Promise<string> {
  const ids = (await label.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const id = ids.find((one) => one.endsWith("-error"));
  return id ? ((await page.locator(`[id="${id}"]`).textContent()) ?? "") : "";
}

async function expectRefused(field: ReturnType<Page["getByRole"]>, text: string, message: RegExp): Promise<void> {
  await field.fill(text);
  await field.blur();
  await expect.poll(() => messageOf(field)).toMatch(message);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue(text);
}

const expectSaved = () => expect(page.getByText(/^Saved/)).toBeVisible();

test.beforeAll(async ({ browser, baseURL }) => {
  page = await openAs(browser, baseURL, /Sam Sand/);
  await page.goto("/services/new");
  await page.getByRole("button", { name: "Start a new service" }).click();
  await expect(page).toHaveURL(/\/identity$/);
  draftId = new URL(page.url()).pathname.split("/")[3] ?? "";
});

test.afterAll(async () => {
  if (draftId) await callApi(page, "DELETE", `/drafts/${draftId}`);
  await page.context().close();
});

test("a name that cannot be one is refused beside its field, and the other answers stay", async () => {
  await purposeField().fill(purpose);
  for (const [name, message] of [
    ["../etc/passwd", /“\.” \(U\+002E\) cannot stand in a name/],
    ["pads; rm -rf /", /“;” \(U\+003B\) cannot stand in a name/],
    ["-pads", /begins with a hyphen/],
    ["p".repeat(300), /has 300 characters; 40 are allowed/],
    ["p\u0430ds", /“\u0430” \(U\+0430\) is not a plain Latin letter/],
    ["pads\u200b", /invisible character \(U\+200B\)/],
  ] as const)
    await expectRefused(nameField(), name, message);
  await page.getByRole("button", { name: /^Continue/ }).click();
  await expect(page).toHaveURL(/\/identity$/);
  await expect(nameField()).toBeFocused();
  await expect(purposeField()).toHaveValue(purpose);
});

test("the server refuses to plan such names too", async () => {
  await expectSaved();
  const { status, body } = await callApi(page, "POST", `/drafts/${draftId}/plan`);
  expect(status).toBe(422);
  expect(body.error.fields["identity.name"]).toMatch(/U\+200B/);
});

test("a name already taken shows while it is typed", async () => {
  const taken = `minutes-${suffix}`;
  const runId = await startService(page, byHand(taken));
  await nameField().click();
  await nameField().fill("");
  await nameField().pressSequentially(taken);
  await expect(page.getByText(`${taken} is taken by a service of Sam Sand`)).toBeVisible();
  await expect(nameField()).toBeFocused();
  await cancelRun(page, runId);
  await nameField().fill(`pads-${suffix}`);
  await expect(page.getByText(/is taken by/)).toBeHidden();
});

test("a port and an image that cannot be are refused beside their fields", async () => {
  await page.getByRole("button", { name: /^Continue/ }).click();
  await expect(page).toHaveURL(/\/placement$/);
  await expectRefused(imageField(), "registry.example.org/Pads:1.0", /written in small letters: pads/);
  await expectRefused(imageField(), "pads:1.0; rm -rf /", /has no spaces/);
  await expectRefused(imageField(), "--privileged", /cannot begin with a hyphen/);
  const inside = page.getByRole("textbox", { name: "Port inside" });
  await expectRefused(inside, "70000", /70000 is not a port: ports go from 1 to 65535/);
  await expect(imageField()).toHaveValue("--privileged");
  await inside.fill("8080");
  await imageField().fill(`${world().world.registryHost}/nowhere/pads:9.9`);
  await expect(imageField()).not.toHaveAttribute("aria-invalid");
});

test("what was typed survives a reload and another browser", async ({ browser, baseURL }) => {
  await expectSaved();
  const image = await imageField().inputValue();
  await page.reload();
  await expect(imageField()).toHaveValue(image);
  const other = await openElsewhere(browser, baseURL, /Sam Sand/);
  await other.goto(groupPage("identity"));
  await expect(other.getByRole("textbox", { name: "Name" })).toHaveValue(`pads-${suffix}`);
  await expect(other.getByRole("textbox", { name: "What is it for?" })).toHaveValue(purpose);
  await other.context().close();
});

test("an edit of somebody else's is told, and neither version is lost", async ({ browser, baseURL }) => {
  await page.goto(groupPage("identity"));
  await expect(purposeField()).toHaveValue(purpose);
  const manager = await openElsewhere(browser, baseURL, /Mark Mast/);
  const { body: draft } = await callApi(manager, "GET", `/drafts/${draftId}`);
  const theirs = { rev: draft.rev, answers: { identity: { purpose: "Notes of the whole company" } } };
  expect((await callApi(manager, "PATCH", `/drafts/${draftId}`, theirs)).status).toBe(200);
  await manager.context().close();

  await purposeField().fill("Notes of two teams");
  const notice = page.getByRole("status").filter({ hasText: "changed in another window or by somebody else" });
  await expect(notice).toContainText("Notes of two teams");
  await expect(purposeField()).toHaveValue("Notes of the whole company");
  await notice.getByRole("button", { name: "Use mine" }).click();
  await expect(notice).toBeHidden();
  await expect(purposeField()).toHaveValue("Notes of two teams");
  await expectSaved();
});

test("an image the registry does not have stops at the plan, which says why and where to change it", async () => {
  await page.goto(groupPage("review"));
  const plan = page.getByLabel("The plan", { exact: true });
  const change = plan.getByRole("link", { name: /Change the answer under “Where it runs”/ }).first();
  await expect(change).toBeVisible({ timeout: 60_000 });
  await expect(plan.getByRole("alert").first()).toContainText("nowhere/pads");
  await expect(page.getByRole("button", { name: `Provision pads-${suffix}` })).toBeDisabled();

  const services = await readPanelRows("SELECT id FROM Service WHERE name = ?", [`pads-${suffix}`]);
  expect(services).toEqual([]);
  expect(await docker("service", "ls", "--format", "{{.Name}}")).not.toContain(`pads-${suffix}`);

  await change.click();
  await expect(page).toHaveURL(/\/placement#image$/);
  await expect(imageField()).toBeFocused();
  await expect(imageField()).toHaveValue(/nowhere\/pads:9\.9$/);
});

async function openElsewhere(browser: Browser, baseURL: string | undefined, person: RegExp): Promise<Page> {
  const context = await browser.newContext(baseURL ? { baseURL } : {});
  const other = await context.newPage();
  await signIn(other, person);
  return other;
}
