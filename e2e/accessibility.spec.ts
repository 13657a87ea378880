import { expect, test } from "@playwright/test";
import { DEFAULT_POLICY } from "#lib/backups/schema/policy.ts";
import { DEFAULT_RETENTION } from "#lib/backups/schema/retention.ts";
import { GROUP_KEYS } from "#lib/services/constants.ts";
import { world } from "./outside.ts";
import { byHand, callApi, cancelRun, createDraft, planDraft, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { Visitor } from "./visit.ts";

/** As long as a name may be, so that what breaks with long names breaks here. */
const name = `committee-minutes-and-decisions-${Date.now().toString(36).slice(-6)}`;

const BACKUP_LISTS = ["", "/executions", "/policies", "/policies/new", "/targets", "/targets/new"].map(
  (rest) => `/backups${rest}`,
);
const CERTIFICATE_LISTS = ["", "/new", "/calendar"].map((rest) => `/domains/certificates${rest}`);

let sam: Visitor;

test.beforeAll(async ({ browser, baseURL }) => {
  sam = new Visitor(await openAs(browser, baseURL, /Sam Sand/));
});

test.afterAll(async () => {
  await sam.page.context().close();
});

test("pages before anybody is signed in", async ({ page }) => {
  const stranger = new Visitor(page);
  await stranger.check("/sign-in");
  await stranger.check("/no-access");
});

test("home and the lists, before there is anything of this test", async () => {
  const lists = [
    "/",
    "/services",
    "/services/new",
    "/runs",
    "/domains",
    "/domains/zones",
    "/domains/records/new",
    "/checklists",
  ];
  for (const path of [...lists, ...CERTIFICATE_LISTS, ...BACKUP_LISTS, "/swarm"]) await sam.check(path);
});

test.describe("a draft, its plan, and a service", () => {
  let draftId: string;
  let planId: number;
  let runId: number;

  test.beforeAll(async () => {
    runId = await startService(sam.page, byHand(name));
    draftId = await createDraft(sam.page, byHand(`${name.slice(0, -2)}zz`));
    planId = await planDraft(sam.page, draftId);
  });

  test.afterAll(async () => {
    await cancelRun(sam.page, runId);
    await callApi(sam.page, "DELETE", `/drafts/${draftId}`);
  });

  test("every page of the wizard, and its review", async () => {
    for (const group of GROUP_KEYS) await sam.check(`/services/new/${draftId}/${group}`);
  });

  test("a page of the wizard with mistakes on it", async () => {
    const { page } = sam;
    await sam.visit(`/services/new/${draftId}/identity`);
    await page.getByRole("textbox", { name: "Name" }).fill("../etc");
    await page.getByRole("textbox", { name: "What is it for?" }).fill("");
    await page.getByRole("button", { name: /^Continue/ }).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expect(page.getByText(/^Saved/)).toBeVisible();
    await sam.look();
  });

  test("a plan's run, and a run that waits for a person", async () => {
    await sam.check(`/runs/${planId}`);
    const state = async () => (await callApi(sam.page, "GET", `/runs/${runId}`)).body.state;
    await expect.poll(state, { timeout: 60_000 }).toBe("waiting");
    await sam.check(`/runs/${runId}`);
  });

  test("a service and each of its tabs", async () => {
    const tabs = [
      ...["", "/checklist", "/domains", "/backups", "/secrets"],
      ...["/readiness", "/readiness/rebuild", "/dependencies", "/decommission", "/history", "/move"],
    ];
    for (const tab of tabs) await sam.check(`/services/${name}${tab}`);
  });

  test("a backup policy: a new one with mistakes on it, and one that is kept", async () => {
    const { page } = sam;
    await sam.visit(`/backups/policies/new?service=${name}`);
    await page.getByRole("combobox", { name: "What is it?" }).selectOption("Folder of files");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Wrong Name");
    await page.getByRole("combobox", { name: "Taken" }).selectOption("Custom (cron)");
    await page.getByRole("button", { name: "Create the policy" }).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await sam.look();
    const { body: targets } = await callApi(page, "GET", "/backup-targets");
    const { status, body: policy } = await callApi(page, "POST", "/backup-policies", {
      ...DEFAULT_POLICY,
      ...{ serviceName: name, environment: "production", name: "files", retention: DEFAULT_RETENTION },
      source: { kind: "files", path: `${world().env.SERVICES_ROOT}/${name}`, exclude: ["cache"] },
      targetId: targets.targets[0].id,
    });
    expect(status).toBe(201);
    await sam.check(`/backups/policies/${policy.id}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await sam.look();
    await callApi(page, "DELETE", `/backup-policies/${policy.id}`);
  });

  test("home and services, now that there is something", async () => {
    await sam.check("/");
    await sam.check("/services");
  });
});

test("a record, its form and its zone", async () => {
  const { page } = sam;
  const { body: known } = await callApi(page, "GET", "/records/places");
  const { suffix, zone } = known.places[0];
  const { body: record } = await callApi(page, "POST", "/records", {
    ...{ name: `${name}.${suffix}`, type: "TXT", values: ["x".repeat(600), "two"], ttl: 300, description: name },
  });
  try {
    for (const path of ["", "/edit"]) await sam.check(`/domains/records/${record.id}${path}`);
    await sam.check("/domains");
    await sam.check(`/domains/zones/${zone.id}`);
    await sam.visit(`/domains/records/new?under=${suffix}`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("_acme-challenge");
    await page.getByRole("textbox", { name: "IPv4 address" }).fill("not an address");
    await expect(page.getByRole("alert")).toHaveCount(2);
    await sam.look();
  } finally {
    await callApi(page, "DELETE", `/records/${record.id}`);
  }
});

test("a certificate that is served, and one whose names are wrong", async () => {
  const { page } = sam;
  const { body: places } = await callApi(page, "GET", "/certificates/places");
  const names = [`${name}.${places.suffixes[0].suffix}`, `*.${name}.${places.suffixes[0].suffix}`];
  const { body: made } = await callApi(page, "POST", "/certificates", { names });
  const at = `/certificates/${made.certificateId}`;
  const read = async () => (await callApi(page, "GET", at)).body;
  try {
    await sam.check(`/domains${at}`);
    await expect.poll(async () => (await read()).state, { timeout: 90_000 }).toBe("issued");
    await sam.visit(`/domains${at}`);
    for (const opener of ["Make…", "Revoke", "Bring it somewhere"]) {
      await page.getByRole("button", { name: opener }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await sam.look();
      await page.keyboard.press("Escape");
    }
    await sam.visit("/domains/certificates/new");
    await page.getByRole("textbox", { name: "Names" }).fill("example.com");
    await expect(page.getByText(/in none of the zones/)).toBeVisible();
    await sam.look();
  } finally {
    await expect.poll(async () => (await read()).work, { timeout: 60_000 }).toBeNull();
    const { names: sorted } = await read();
    await callApi(page, "POST", `${at}/revoke`, { reason: "superseded", name: sorted[0] });
    await expect.poll(async () => (await read()).state, { timeout: 60_000 }).toBe("revoked");
    await expect.poll(async () => (await read()).work, { timeout: 60_000 }).toBeNull();
    await callApi(page, "DELETE", at);
  }
});

test("pages of administrators about targets of backups, each kind of them", async ({ browser, baseURL }) => {
  const ada = new Visitor(await openAs(browser, baseURL, /Ada Anchor/));
  const { body } = await callApi(ada.page, "GET", "/backup-targets");
  for (const rest of ["", "/edit"]) await ada.check(`/backups/targets/${body.targets[0].id}${rest}`);
  await ada.visit("/backups/targets/new");
  for (const kind of [/^S3/, /^SSH/, /^Disk/]) {
    await ada.page.getByRole("radio", { name: kind }).click();
    await ada.page.getByRole("button", { name: "Create the target" }).click();
    await expect(ada.page.getByRole("alert").first()).toBeVisible();
    await ada.look();
  }
  await ada.page.context().close();
});

test("pages of administrators about names", async ({ browser, baseURL }) => {
  const ada = new Visitor(await openAs(browser, baseURL, /Ada Anchor/));
  const { body } = await callApi(ada.page, "GET", "/zones");
  for (const path of ["/domains/blocked", `/domains/zones/${body.zones[0].id}/import`]) await ada.check(path);
  await ada.page.context().close();
});

test("an address where nothing is", async () => {
  await sam.visit("/nothing-here");
  // The browser itself reports the 404.
  await sam.look("404");
});

test("the command palette, and a phone's menu", async () => {
  const { page } = sam;
  await sam.visit("/");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await sam.look();
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Open the menu" }).click();
  await expect(page.getByRole("dialog", { name: "Menu" })).toBeVisible();
  await sam.look();
});
