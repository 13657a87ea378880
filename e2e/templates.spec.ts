import { expect, type Locator, type Page, test } from "@playwright/test";
import { callApi } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { Visitor } from "./visit.ts";

const mark = Date.now().toString(36).slice(-6);
const LIST = `# Audit week ${mark}

- [ ] Read the audit trail
  - [ ] Note what is odd
- [ ] Tell the auditors
• Order cake
`;

let ada: Page;
let other: Page;
let sam: Page;
let key: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  ada = await openAs(browser, baseURL, /Ada Anchor/);
  other = await openAs(browser, baseURL, /Ada Anchor/);
  sam = await openAs(browser, baseURL, /Sam Sand/);
});

test.afterAll(async () => {
  for (const page of [ada, other, sam]) await page.context().close();
});

const editor = (page: Page) => page.goto(`/checklists/templates/${key}/edit`);
const lines = (page: Page) => page.locator("[data-item]");
const save = async (page: Page) => {
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText(/^Saved · /)).toBeVisible();
};

test("a list pasted as Markdown is looked at, then becomes a checklist of one's own", async () => {
  await ada.goto("/checklists/templates");
  await ada.getByRole("link", { name: "New checklist" }).click();
  await ada.getByRole("button", { name: "Take items from Markdown" }).click();
  await ada.getByLabel("The list").fill(LIST);
  await ada.getByRole("button", { name: "Look at it first" }).click();
  const preview = ada.getByRole("dialog");
  await expect(preview.getByRole("list", { name: "What becomes of it" }).getByRole("listitem")).toHaveCount(3);
  await expect(preview.getByRole("listitem").filter({ hasText: "Order cake" })).toBeVisible();
  await preview.getByRole("button", { name: "Take these items" }).click();
  await expect(ada.getByLabel("Title")).toHaveValue(`Audit week ${mark}`);
  await ada.getByRole("button", { name: "Begin the draft" }).click();
  await ada.waitForURL(/\/edit$/);
  key = new URL(ada.url()).pathname.split("/").at(-2) ?? "";
  await expect(lines(ada)).toHaveCount(3);
});

test("items are moved by keyboard, never before what they wait for", async () => {
  const toggle = (line: Locator) => line.getByRole("button").first();
  await toggle(lines(ada).filter({ hasText: "Tell the auditors" })).focus();
  await ada.keyboard.press("Alt+ArrowUp");
  await ada.keyboard.press("Alt+ArrowUp");
  await expect(lines(ada).first()).toContainText("Tell the auditors");
  await expect(toggle(lines(ada).first())).toBeFocused();
  const odd = ada.getByRole("button", { name: "Move “Note what is odd” up" });
  await expect(odd).toHaveAttribute("aria-disabled", "true");
  await save(ada);
});

test("an item of one's own is added with its conditions, and what is missing is said", async () => {
  await ada.getByRole("button", { name: "Add an item", exact: true }).click();
  await expect(ada.getByText("Say what is to be done.").first()).toBeVisible();
  await expect(ada.getByRole("button", { name: "Save draft" })).toBeDisabled();
  await ada.getByLabel("What is to be done").fill("Copy the database's audit");
  await ada.getByLabel("Who does it").selectOption("dba");
  await ada.getByRole("button", { name: "Add a condition" }).click();
  await expect(ada.getByLabel("Condition 1: which answer")).toHaveValue("data.database");
  await save(ada);
});

test("who saves over somebody else is shown both, and decides", async () => {
  await editor(other);
  await other.getByLabel("Title").fill(`Audit fortnight ${mark}`);
  await other.getByRole("button", { name: "Move “Tell the auditors” down" }).click();
  await editor(ada);
  await ada.getByRole("button", { name: /Copy the database's audit/, expanded: false }).click();
  await ada.getByLabel("Due, days after the start").fill("3");
  await save(ada);

  await other.getByRole("button", { name: "Save draft" }).click();
  const notice = other.getByText("Somebody else has saved this draft since you opened it");
  await expect(notice).toBeVisible();
  await expect(other.getByText("Due after", { exact: true })).toBeVisible();
  await expect(other.getByText(`Yours is called “Audit fortnight ${mark}”.`)).toBeVisible();
  await expect(other.getByRole("button", { name: "Save draft" })).toBeDisabled();
  await other.getByRole("button", { name: "Take theirs" }).click();
  await expect(notice).toBeHidden();
  await expect(other.getByLabel("Title")).toHaveValue(`Audit week ${mark}`);
  await expect(lines(other).first()).toContainText("Tell the auditors");
});

test("a published version is what runs are made with, and what changed is shown", async () => {
  await ada.getByRole("button", { name: "Publish…" }).click();
  const dialog = ada.getByRole("dialog");
  await dialog.getByRole("button", { name: "Publish version 1" }).click();
  await expect(dialog.getByText("Say what changed, and why.")).toBeVisible();
  await dialog.getByLabel("What changed, and why").fill("First version");
  await dialog.getByRole("button", { name: "Publish version 1" }).click();
  await ada.waitForURL(new RegExp(`/templates/${key}$`));
  await expect(ada.getByText("in use", { exact: true })).toBeVisible();

  await ada.getByRole("button", { name: "Edit" }).click();
  await ada.waitForURL(/\/edit$/);
  await ada.getByRole("button", { name: "Move “Tell the auditors” down" }).click();
  await ada.getByRole("button", { name: "Remove “Copy the database's audit”" }).click();
  await save(ada);
  await ada.goto(`/checklists/templates/${key}/compare?from=1&to=draft`);
  await expect(ada.getByRole("listitem").filter({ hasText: "removed" })).toContainText("Copy the database's audit");
  await expect(ada.getByText("moved", { exact: true })).toHaveCount(1);
});

test("staff start it, and take the run out as Markdown and on paper", async () => {
  await sam.goto("/checklists/new");
  await sam.getByRole("radio", { name: `Audit week ${mark}` }).click();
  await sam.getByLabel("What it is about").fill(mark);
  await sam.getByRole("button", { name: `Start audit week ${mark}` }).click();
  await sam.waitForURL(/\/runs\/\d+/);
  const runId = Number(new URL(sam.url()).pathname.split("/").at(-1));
  const { body: run } = await callApi(sam, "GET", `/runs/${runId}`);
  expect(run.title).toBe(`Audit week ${mark}: ${mark}`);
  const copy = run.steps.find((step: { title: string }) => step.title === "Copy the database's audit");
  expect(copy.skipReason).toContain("that is not known here");

  const markdown = await sam.request.get(`/api/v1/runs/${runId}/checklist/markdown`);
  expect(markdown.headers()["content-disposition"]).toContain(`run-${runId}.md`);
  expect(await markdown.text()).toContain("- [ ] Tell the auditors\n");
  expect(await markdown.text()).toContain("- [x] Copy the database's audit\n");

  await sam.goto(`/runs/${runId}/print`);
  await sam.emulateMedia({ media: "print" });
  await expect(sam.getByRole("heading", { name: `Audit week ${mark}: ${mark}` })).toBeVisible();
  await expect(sam.getByRole("link", { name: "Services", exact: true })).toBeHidden();
  await expect(sam.getByRole("button", { name: "Print" })).toBeHidden();
  await sam.emulateMedia({ media: "screen" });
});

test("staff read templates and change none", async () => {
  await sam.goto("/checklists/templates/provision");
  await expect(sam.getByText("Deploy its stack")).toBeVisible();
  await expect(sam.getByRole("button", { name: "Edit" })).toHaveCount(0);
  expect((await callApi(sam, "POST", "/checklist-templates/provision/draft", { from: "current" })).status).toBe(403);
});

test("every page of it passes the checks of accessibility", async () => {
  const visitor = new Visitor(ada);
  const root = `/checklists/templates/${key}`;
  const pages = [
    root,
    `${root}/edit`,
    `${root}/compare?from=1&to=draft`,
    `${root}/preview?version=draft`,
    `${root}/print`,
  ];
  for (const path of ["/checklists/templates", "/checklists/templates/new", "/checklists/new", ...pages])
    await visitor.check(path);
});
