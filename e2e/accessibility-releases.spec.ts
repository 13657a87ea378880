import { expect, test } from "@playwright/test";
import { openAs, signIn } from "./people.ts";
import { launchService, makeRelease, propose } from "./release-stage.ts";
import { Visitor } from "./visit.ts";

/** As long as a name may be, so that what breaks with long names breaks here. */
const name = `committee-minutes-and-decisions-${Date.now().toString(36).slice(-6)}`;
const MIGRATIONS = [
  { id: "0001_words", sql: `CREATE TABLE word (id INT PRIMARY KEY, ${"x".repeat(60)} VARCHAR(80) NOT NULL);` },
  { id: "0002_drop", sql: "DROP TABLE attachment;" },
];

let sam: Visitor;
let release: { id: string; number: number };

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser, baseURL }) => {
  sam = new Visitor(await openAs(browser, baseURL, /Sam Sand/));
  await launchService(sam.page, name);
  release = await makeRelease(sam.page, name, "1.1", { notes: "A line\n\n".repeat(20), migrations: MIGRATIONS });
});

test.afterAll(() => sam.page.context().close());

test("a service's releases and environments", async () => {
  const releases = ["", "/new", `/${release.number}`, "/webhooks", "/delivery"].map((rest) => `/releases${rest}`);
  const environments = ["", "/add-environment", "/production"].map((rest) => `/environments${rest}`);
  for (const path of [...releases, ...environments]) await sam.check(`/services/${name}${path}`);
});

test("a comparison, and what was proposed from it", async ({ page }) => {
  await sam.check(`/services/${name}/releases/${release.number}/propose?environment=production`);
  const { id } = await propose(sam.page, release.id);
  await sam.check(`/deployments/${id}`);
  const mark = new Visitor(page);
  await signIn(mark.page, /Mark Mast/);
  for (const path of [`/deployments/${id}`, "/approvals", "/"]) await mark.check(path);
});

test("everybody's releases, when they may start, and who decides", async ({ page }) => {
  const ada = new Visitor(page);
  await signIn(ada.page, /Ada Anchor/);
  const tabs = ["", "/deployments", "/freezes", "/approval-rules", "/lent-votes", "/registries"];
  for (const rest of tabs) await ada.check(`/releases${rest}`);
  expect(
    await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: /^Releases/ })
      .count(),
  ).toBe(1);
});
