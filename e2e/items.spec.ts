import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { startItems } from "./item-stage.ts";
import { callApi } from "./panel-api.ts";
import { openAs, signIn } from "./people.ts";

const mark = Date.now().toString(36).slice(-6);
const title = `Open the network ${mark}`;
const FIREWALL = `Open port 443 for ${mark}`;
const PHOTO = `Photograph the switch of ${mark}`;
const HOW = "Ask the **network team**:\n\n1. Write to [the queue](https://tickets.example.org/)\n2. Wait";
const CABLE = `Label the cable of ${mark}`;

let sam: Page;
let manager: Page;
let runId: number;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  sam = await openAs(browser, baseURL, /Sam Sand/);
  manager = await openAs(browser, baseURL, /Mark Mast/);
  runId = await startItems(
    sam,
    { browser, baseURL },
    {
      title,
      items: [
        { key: "firewall", title: FIREWALL, instructions: HOW, estimateMinutes: 15, dueDays: 3 },
        { key: "photo", title: PHOTO, evidence: "file", estimateMinutes: 5 },
        { key: "cable", title: CABLE },
      ],
    },
  );
});

test.afterAll(async () => {
  for (const page of [sam, manager]) await page.context().close();
});

const stepOf = async (page: Page, words: string) => {
  const { body } = await callApi(page, "GET", `/runs/${runId}`);
  return body.steps.find((step: { title: string }) => step.title === words);
};

/** The run's page with this item chosen. */
async function openItem(page: Page, words: string) {
  const { key } = await stepOf(page, words);
  await page.goto(`/runs/${runId}#${key}`);
  const panel = page.getByRole("region", { name: "For a person to do" });
  await expect(panel.getByText(words)).toBeVisible();
  return panel;
}

test("an item is found among the open ones and taken there; nobody else has it then", async () => {
  await sam.goto("/checklists/items");
  await sam.getByRole("searchbox").fill(FIREWALL);
  const row = sam.getByRole("row", { name: new RegExp(FIREWALL) });
  await expect(row).toHaveCount(1);
  await expect(row.getByText("due in 3 days")).toBeVisible();
  await row.getByRole("button", { name: /I take this/ }).click();
  await expect(row.getByText("Sam Sand")).toBeVisible();

  const theirs = await openItem(manager, FIREWALL);
  await expect(theirs.getByText("taken by Sam Sand")).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Confirm" })).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: "Take over from Sam Sand" })).toBeVisible();
  await expect(theirs.getByRole("listitem").filter({ hasText: "Write to the queue" })).toBeVisible();
});

test("two people at one item: the second is shown both texts and puts them together", async () => {
  const [mine, theirs] = [await openItem(sam, FIREWALL), await openItem(manager, FIREWALL)];
  const note = { name: "What you did or saw" };
  await theirs.getByRole("textbox", note).fill("The network team has ticket 12.");
  await mine.getByRole("textbox", note).fill("Rule 88 lets 443 in.");
  await mine.getByRole("button", { name: "Save for later" }).click();
  await expect(sam.getByText("Saved. Whoever opens this item sees it.")).toBeVisible();

  // The other browser hears of it while it still holds words that are not saved, and loses none of them.
  await expect(theirs.getByText("Somebody saved this item while you were writing.")).toBeVisible();
  await expect(theirs.getByRole("textbox", note)).toHaveValue("The network team has ticket 12.");
  const refused = manager.waitForResponse((one) => one.request().method() === "PUT" && one.url().includes("/items/"));
  await theirs.getByRole("button", { name: "Save for later" }).click();
  expect((await refused).status()).toBe(409);

  const merge = theirs.getByRole("alert").filter({ hasText: "Sam Sand saved this item in the meantime" });
  await expect(merge.getByRole("radio", { name: /^Yours/ })).toBeVisible();
  await expect(merge.locator("ins").filter({ hasText: "ticket" }).first()).toBeVisible();
  await expect(merge.locator("del").filter({ hasText: "Rule" }).first()).toBeVisible();
  await expect(merge.getByRole("radio", { name: /^Both/ })).toBeChecked();
  await merge.getByRole("button", { name: "Put these together" }).click();
  await expect(theirs.getByRole("textbox", note)).toHaveValue(
    "Rule 88 lets 443 in.\n\nThe network team has ticket 12.",
  );
  await theirs.getByRole("button", { name: "Save for later" }).click();
  // The first browser holds nothing unsaved, so it simply shows what stands there now.
  await expect(mine.getByRole("textbox", note)).toHaveValue("Rule 88 lets 443 in.\n\nThe network team has ticket 12.");
  await expect(mine.getByText(/Mark Mast saved this/)).toBeVisible();

  await mine.getByRole("button", { name: "Confirm" }).click();
  await expect(sam.getByText("Sam Sand confirmed this")).toBeVisible();
  const [row] = await readPanelRows<{ note: string; state: string }>(
    "SELECT note, state FROM Step WHERE runId = ? AND title = ?",
    [runId, FIREWALL],
  );
  expect(row).toEqual({ note: "Rule 88 lets 443 in.\n\nThe network team has ticket 12.", state: "succeeded" });
});

test("a file is asked for, kept whole with its hash, and handed out to be saved", async () => {
  const panel = await openItem(sam, PHOTO);
  await panel.getByRole("button", { name: "Confirm" }).click();
  await expect(panel.getByRole("alert")).toContainText("Add the file that shows it first.");

  const buffer = randomBytes(2_000_000);
  const hash = createHash("sha256").update(buffer).digest("hex");
  await panel.getByRole("button", { name: "Add a file" }).click();
  await panel.getByLabel("File").setInputFiles({ name: "switch <b>.html", mimeType: "text/html", buffer });
  await panel.getByRole("textbox", { name: /What it shows/ }).fill("Port 12 is ours");
  await panel.getByRole("button", { name: "Add the file" }).click();
  const evidence = panel.getByRole("list", { name: "Evidence" });
  await expect(evidence.getByText("Port 12 is ours")).toBeVisible();
  const { item } = await stepOf(sam, PHOTO);
  expect(item.evidence[0].file).toEqual({ name: "switch <b>.html", size: 2_000_000, sha256: hash });

  const coming = sam.waitForEvent("download");
  await evidence.getByRole("link", { name: "switch <b>.html" }).click();
  const saved = readFileSync(await (await coming).path());
  expect(createHash("sha256").update(saved).digest("hex")).toBe(hash);
  const href = await evidence.getByRole("link").getAttribute("href");
  const answer = await sam.request.get(new URL(href ?? "", sam.url()).href);
  expect(answer.headers()).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition": expect.stringMatching(/^attachment;/),
    "x-content-type-options": "nosniff",
  });

  await panel.getByRole("button", { name: "Confirm" }).click();
  await expect(sam.getByText("Sam Sand confirmed this")).toBeVisible();
});

test("a manager does without an item for a reason and a time, and afterwards it is open again", async ({ page }) => {
  const mine = await openItem(sam, CABLE);
  await expect(mine.getByRole("button", { name: /Not applicable/ })).toHaveCount(0);

  const panel = await openItem(manager, CABLE);
  await panel.getByRole("button", { name: /Not applicable/ }).click();
  const dialog = manager.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /Why it is not needed/ }).fill("The label printer comes in March");
  await dialog.getByLabel("Until").fill(inDays(30));
  await dialog.getByRole("button", { name: "Waive this item" }).click();
  await expect(manager.getByText("Mark Mast does without it")).toBeVisible();
  await expect.poll(async () => (await callApi(manager, "GET", `/runs/${runId}`)).body.state).toBe("succeeded");

  await readPanelRows(
    "UPDATE Step SET waiverUntil = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND, dueBy = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE runId = ? AND title = ?",
    [runId, CABLE],
  );
  await signIn(page, /Sam Sand/);
  await page.goto("/checklists/items?view=overdue");
  const row = page.getByRole("row", { name: new RegExp(CABLE) });
  await expect(row.getByText("open again")).toBeVisible();
  await row.getByRole("link", { name: CABLE }).click();
  const again = page.getByRole("region", { name: "For a person to do" });
  await again.getByRole("textbox", { name: "What you did or saw" }).fill("Labelled after all.");
  await again.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("Sam Sand confirmed this")).toBeVisible();
  expect((await callApi(page, "GET", `/runs/${runId}`)).body.state).toBe("succeeded");
});
