import { expect, type Page, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { changeOutside, expectAnswers } from "./outside.ts";
import { byHand, callApi, cancelRun, startService } from "./panel-api.ts";
import { openAs, signIn } from "./people.ts";

const label = `garden-${Date.now().toString(36).slice(-6)}`;
const first = "203.0.113.9";
const second = "203.0.113.10";
const third = "203.0.113.11";
/** A worker writes within seconds; a busy machine may take longer. */
const wait = { timeout: 30_000 };

test.describe.configure({ mode: "serial" });

let page: Page;
let suffix: string;
let name: string;
let recordId: string;

/** The page says so by itself: it is never loaded again here. */
const expectState = (word: string) =>
  expect(page.locator("header:has(h1)").getByText(word, { exact: true })).toBeVisible(wait);
const confirm = (action: string | RegExp) => page.getByRole("dialog").getByRole("button", { name: action }).click();

test.beforeAll(async ({ browser, baseURL }) => {
  page = await openAs(browser, baseURL, /Sam Sand/);
  const { body } = await callApi(page, "GET", "/records/places");
  suffix = body.places.find((place: { kind: string }) => place.kind === "personal").suffix;
  name = `${label}.${suffix}`;
});

test.afterAll(async () => {
  if (recordId) await callApi(page, "DELETE", `/records/${recordId}`);
  await page.context().close();
});

test("a person makes a name of their own and sees it get in sync without a reload", async () => {
  await page.goto("/domains");
  await expect(page.getByRole("heading", { name: `Your names: *.${suffix}` })).toBeVisible();
  await page.getByRole("link", { name: "New name" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(label);
  await page.getByRole("textbox", { name: "IPv4 address" }).fill(first);
  await page.getByRole("textbox", { name: "What is it for?" }).fill("Watering times of the roof garden");
  await expect(page.getByText(name, { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Create the record" }).click();
  await expect(page).toHaveURL(/\/domains\/records\/[0-9a-f-]{36}$/);
  recordId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await expectState("In sync");
  await expectAnswers(name, "A", [first]);
  const servers = page.getByRole("table", { name: "Name servers of the zone" });
  await expect(servers.getByText("Right").first()).toBeVisible();
  await expect(servers.getByText(first).first()).toBeVisible();
});

test("what cannot be is said beside its field while it is typed", async () => {
  await page.goto(`/domains/records/new?under=${suffix}`);
  const begins = page.getByRole("textbox", { name: "Name", exact: true });
  await begins.fill(label);
  const type = page.getByRole("combobox", { name: "Type" });
  await type.selectOption("CNAME");
  await page.getByRole("textbox", { name: "Points to" }).fill("host.example.org");
  await expect(type).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert").filter({ hasText: "a CNAME stands alone" })).toBeVisible();
  await type.selectOption("AAAA");
  const address = page.getByRole("textbox", { name: "IPv6 address" });
  await address.fill("203.0.113.9");
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await begins.fill("_acme-challenge");
  await expect(begins).toHaveAttribute("aria-invalid", "true");
});

test("leaving with something unsaved asks first", async () => {
  await page.getByRole("link", { name: "Cancel" }).click();
  await confirm("Leave and lose it");
  await expect(page).toHaveURL(/\/domains$/);
});

test("an edit changes what the name server answers", async () => {
  await page.goto(`/domains/records/${recordId}`);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "IPv4 address" }).fill(second);
  await page.getByRole("button", { name: "Add another address" }).click();
  await page.getByRole("group", { name: "address 2" }).getByRole("textbox").fill(third);
  await page.getByRole("button", { name: "Save the record" }).click();
  await expect(page).toHaveURL(new RegExp(`/domains/records/${recordId}$`));
  await expectAnswers(name, "A", [third, second]);
  await expectState("In sync");
});

test("an edit of somebody else's in between is told, and neither is lost unasked", async () => {
  await page.goto(`/domains/records/${recordId}/edit`);
  const purpose = page.getByRole("textbox", { name: "What is it for?" });
  await purpose.fill("Mine");
  const { body: known } = await callApi(page, "GET", `/records/${recordId}`);
  const { ttl, values, version } = known;
  await callApi(page, "PATCH", `/records/${recordId}`, { ttl, values, version, description: "Theirs" });
  await page.getByRole("button", { name: "Save the record" }).click();
  await expect(page.getByText("Somebody changed this record while you had it open.")).toBeVisible();
  await page.getByRole("button", { name: "Show theirs" }).click();
  await expect(purpose).toHaveValue("Theirs");
  await purpose.fill("Mine after all");
  await page.getByRole("button", { name: "Save the record" }).click();
  await expect(page.getByText("Mine after all")).toBeVisible();
  await expectState("In sync");
});

test("a change made outside is shown beside what the panel wants, and put right", async () => {
  await changeOutside("UPSERT", name, "A", "198.51.100.7");
  const { body } = await callApi(page, "GET", `/records/${recordId}`);
  await page.goto(`/domains/zones/${body.zone.id}`);
  // Staff read the zone; whoever may have it compared presses the button, else the next pass finds it.
  await comparedByAdmin(body.zone.id);
  await page.goto(`/domains/records/${recordId}`);
  await expectState("Changed elsewhere");
  const drift = page.getByRole("region", { name: "Changed elsewhere" });
  await expect(drift.getByText("198.51.100.7")).toBeVisible();
  await expect(drift.getByText(second)).toBeVisible();
  await expectAnswers(name, "A", ["198.51.100.7"]);
  await drift.getByRole("button", { name: "Put right" }).click();
  await expectState("In sync");
  await expectAnswers(name, "A", [third, second]);
});

test("a record that soon ends is renewed by one press", async () => {
  await readPanelRows("UPDATE DnsRecord SET expiresAt = DATE_ADD(NOW(), INTERVAL 5 DAY) WHERE id = ?", [recordId]);
  await page.goto(`/domains/records/${recordId}`);
  await expect(page.getByText("in 5 days").or(page.getByText("in 4 days")).first()).toBeVisible();
  await page.getByRole("button", { name: "Renew" }).click();
  await expect(page.getByText(/^in 18\d days/).first()).toBeVisible();
});

test("somebody else sees no way to change it, on the page or past it", async ({ browser, baseURL }) => {
  const other = await openAs(browser, baseURL, /Steph Stone/);
  await other.goto(`/domains/records/${recordId}`);
  for (const act of ["Edit", "Delete", "Renew"])
    await expect(other.getByRole("button", { name: act }).or(other.getByRole("link", { name: act }))).toHaveCount(0);
  await other.goto(`/domains/records/${recordId}/edit`);
  await expect(other.getByRole("button", { name: "Save the record" })).toHaveCount(0);
  const refused = await callApi(other, "DELETE", `/records/${recordId}`);
  expect([403, 404]).toContain(refused.status);
  await other.context().close();
});

test("a deleted record is gone from the server, and comes back when it is restored", async () => {
  await page.goto(`/domains/records/${recordId}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm("Delete the A record");
  await expectState("Removed");
  await expectAnswers(name, "A", []);
  await page.getByRole("button", { name: "Restore" }).click();
  await expectState("In sync");
  await expectAnswers(name, "A", [third, second]);
});

test("the undo of a deletion's notice puts it back as well", async () => {
  // The notice of the deletion before may still stand, with its own Undo.
  await page.goto(`/domains/records/${recordId}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await confirm("Delete the A record");
  await page.getByRole("button", { name: "Undo" }).click();
  await expectState("In sync");
  await expectAnswers(name, "A", [third, second]);
});

test("the owner of a service adds a name on its page", async () => {
  const service = `${label}-app`;
  const runId = await startService(page, byHand(service));
  await page.goto(`/services/${service}`);
  await page.getByRole("navigation").getByRole("link", { name: "Domains", exact: true }).last().click();
  await page.getByRole("link", { name: "New record" }).click();
  await expect(page.getByRole("combobox", { name: "Under" })).toHaveValue(new RegExp(`^${service}\\.`));
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("_dmarc");
  await page.getByRole("combobox", { name: "Type" }).selectOption("TXT");
  await page.getByRole("textbox", { name: "Text" }).fill("v=DMARC1; p=none");
  await expect(page.getByText("16 bytes")).toBeVisible();
  await page.getByRole("button", { name: "Create the record" }).click();
  await expectState("In sync");
  const own = new URL(page.url()).pathname.split("/").at(-1);
  const { body: record } = await callApi(page, "GET", `/records/${own}`);
  await expectAnswers(record.name, "TXT", ['"v=DMARC1; p=none"']);
  expect(record.expiresAt).toBeNull();
  await page.goto(`/services/${service}/domains`);
  await expect(page.getByRole("table", { name: "Records" }).getByRole("link", { name: record.name })).toBeVisible();
  await callApi(page, "DELETE", `/records/${own}`);
  await cancelRun(page, runId);
});

/** A full pass, asked for by somebody who may. */
async function comparedByAdmin(zoneId: string): Promise<void> {
  const browser = page.context().browser();
  const admin = await (await browser?.newContext({ baseURL: new URL(page.url()).origin }))?.newPage();
  if (!admin) throw new Error("no browser");
  await signIn(admin, /Ada Anchor/);
  await admin.goto(`/domains/zones/${zoneId}`);
  await admin.getByRole("button", { name: "Compare now" }).click();
  await expect(admin.getByText(/Run \d+ compares the zone/)).toBeVisible();
  await admin.context().close();
}
