import { expect, type Page, test } from "@playwright/test";
import { changeOutside, expectAnswers } from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { openAs } from "./people.ts";

const label = `zone-${Date.now().toString(36).slice(-6)}`;

test.describe.configure({ mode: "serial" });

let page: Page;
let zone: { id: string; name: string };
const imported = () => `${label}-import.${zone.name}`;
const foreign = () => `${label}-foreign.${zone.name}`;
const waiting = { timeout: 30_000 };

/** Reads the whole zone and waits until the page knows of it. */
async function compare(): Promise<void> {
  const { body: before } = await callApi(page, "GET", `/zones/${zone.id}`);
  await page.getByRole("button", { name: "Compare now" }).click();
  const readAt = async () => (await callApi(page, "GET", `/zones/${zone.id}`)).body.syncedAt;
  await expect.poll(readAt, waiting).not.toBe(before.syncedAt);
}

test.beforeAll(async ({ browser, baseURL }) => {
  page = await openAs(browser, baseURL, /Ada Anchor/);
  [zone] = (await callApi(page, "GET", "/zones")).body.zones;
});

test.afterAll(async () => {
  const { body } = await callApi(page, "GET", `/records?q=${label}`);
  for (const record of body.items) await callApi(page, "DELETE", `/records/${record.id}`);
  await page.context().close();
});

test("a zone file is looked through line by line, and imported", async () => {
  await page.goto(`/domains/zones/${zone.id}`);
  await page.getByRole("link", { name: "Import" }).click();
  await page
    .getByRole("textbox", { name: "Zone file" })
    .fill(
      `$TTL 600\n${imported()}. IN A 203.0.113.21\n${imported()}. IN A 203.0.113.22\nwrong.${imported()}. IN A 1.2.3\n`,
    );
  await page.getByRole("button", { name: "Look it through" }).click();
  const preview = page.getByRole("table", { name: "What would come of each line" });
  await expect(preview.getByRole("row", { name: new RegExp(`${imported()}.*203\\.0\\.113\\.21.*New`) })).toBeVisible();
  await expect(preview.getByText("Cannot be")).toBeVisible();
  await expectAnswers(imported(), "A", []);
  await page.getByRole("button", { name: "Import 1 record" }).click();
  await expect(page).toHaveURL(/\/domains\?zone=/);
  await expectAnswers(imported(), "A", ["203.0.113.21", "203.0.113.22"]);
});

test("what somebody else made is shown, left alone, and adopted as it stands", async () => {
  await changeOutside("CREATE", foreign(), "A", "198.51.100.33");
  await page.goto(`/domains/zones/${zone.id}`);
  await compare();
  const row = page.getByRole("table", { name: "Records of others" }).getByRole("row", { name: new RegExp(foreign()) });
  await expect(row).toBeVisible(waiting);
  await expectAnswers(foreign(), "A", ["198.51.100.33"]);
  await row.getByRole("button", { name: "Adopt" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Adopt it" }).click();
  await expect(page).toHaveURL(/\/domains\/records\//);
  await expect(page.locator("header:has(h1)").getByText("In sync")).toBeVisible(waiting);
  await expectAnswers(foreign(), "A", ["198.51.100.33"]);
});

test("a dry run says that nothing is to be changed", async () => {
  await page.goto(`/domains/zones/${zone.id}`);
  await page.getByRole("button", { name: "Dry run" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("link", { name: /^Open run \d+$/ })).toBeVisible(waiting);
  await expect(dialog.getByText("Route 53 has what the panel wants.")).toBeVisible(waiting);
  await dialog.getByRole("button", { name: "Close" }).last().click();
});

test("the file that is exported holds what was imported", async () => {
  const loading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  const stream = await (await loading).createReadStream();
  let text = "";
  for await (const part of stream) text += String(part);
  expect(text).toContain("203.0.113.21");
  expect(text).toContain("198.51.100.33");
});

test("a blocked word is refused to people, with the reason", async ({ browser, baseURL }) => {
  await page.goto("/domains/blocked");
  await page.getByRole("textbox", { name: "Part of a name" }).fill(label);
  await page.getByRole("textbox", { name: "Why" }).fill("Kept for the harbour master");
  await page.getByRole("button", { name: "Block it" }).click();
  await expect(page.getByRole("row", { name: new RegExp(label) })).toBeVisible();
  const sam = await openAs(browser, baseURL, /Sam Sand/);
  await sam.goto("/domains/records/new");
  await sam.getByRole("textbox", { name: "Name", exact: true }).fill(label);
  await expect(sam.getByRole("alert").filter({ hasText: "Kept for the harbour master" })).toBeVisible();
  await sam.context().close();
  await page.getByRole("button", { name: `Unblock ${label}` }).click();
  await expect(page.getByRole("row", { name: new RegExp(label) })).toHaveCount(0);
});
