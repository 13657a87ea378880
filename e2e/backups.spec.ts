import { createHash } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { expectRunDone, runOfPage, sqlIn } from "./backup-stage.ts";
import { replicasOf, world } from "./outside.ts";
import { callApi, finishRun, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { Visitor } from "./visit.ts";

const name = `tides-${Date.now().toString(36).slice(-6)}`;
const stack = `${name}-production`;
const database = name.replaceAll("-", "_");
const ROWS = 4_000;
const EVERY_ROW = "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, body, at))) FROM tide";

test.describe.configure({ mode: "serial" });

let mona: Page;
let policyId: string;
let pointId: string;
let rows: string[];

const ask = (page: Page, method: string, path: string, data?: object) => callApi(page, method, path, data);
const policy = async () => (await ask(mona, "GET", `/backup-policies/${policyId}`)).body;
const point = async () => (await ask(mona, "GET", `/backups/${pointId}`)).body;
const sql = (statement: string) => sqlIn(name, "production", statement);

test.beforeAll(async ({ browser, baseURL }) => {
  test.setTimeout(300_000);
  mona = await openAs(browser, baseURL, /Mona Moor/);
  const runId = await startService(mona, {
    identity: { name, purpose: "Heights of the tide, an hour a row" },
    placement: { image: world().images?.web["1.0"] ?? "" },
    exposure: { audience: "internal" },
    data: { database: "mariadb" },
  });
  await finishRun(mona, runId);
  await sql(
    "CREATE TABLE tide (id INT PRIMARY KEY AUTO_INCREMENT, body VARCHAR(200), at DATETIME(3)) CHARACTER SET utf8mb4; " +
      `INSERT INTO tide (body, at) SELECT CONCAT('Ébb ', seq, ' ☔'), '2026-01-01' + INTERVAL seq HOUR FROM seq_1_to_${ROWS}; ` +
      "CREATE TABLE harbour (name VARCHAR(40) PRIMARY KEY); INSERT INTO harbour VALUES ('Ucluelet'), ('Tofino')",
  );
  rows = await sql(EVERY_ROW);
  expect(rows[0]).toMatch(new RegExp(`^${ROWS}\t`));
});

test.afterAll(async () => {
  await mona.context().close();
});

test("a service has its policy, and what its numbers would keep is seen before they are saved", async () => {
  await mona.goto(`/backups/policies?q=${name}`);
  await mona.getByRole("link", { name: `${name} · database` }).click();
  await expect(mona).toHaveURL(/\/backups\/policies\/[0-9a-f-]{36}$/);
  policyId = new URL(mona.url()).pathname.split("/").at(-1) ?? "";
  await expect(mona.getByText(`database ${database} of ${stack}_db`)).toBeVisible();

  const preview = mona.getByRole("region", { name: "What this gives" });
  await mona.getByRole("combobox", { name: "Taken" }).selectOption("Every week on…");
  const taken = mona.getByRole("group", { name: "Taken" });
  await taken.getByRole("combobox", { name: "Day" }).selectOption("Sunday");
  await taken.getByLabel("Time", { exact: true }).fill("03:40");
  await expect(preview).toContainText(/03:40.*Sunday/);
  // Up to half an hour later, by the policy's own share of the spread.
  await expect(preview.getByRole("listitem").filter({ hasText: /^Sun, .*(03:[45]|04:[01])/ })).toHaveCount(5);
  const steady = async () => (await preview.getByText(/^Once it has run/).textContent()) ?? "";
  const before = await steady();
  await mona.getByRole("textbox", { name: "One of each month" }).fill("36");
  await expect.poll(steady).not.toBe(before);

  await mona.getByRole("button", { name: "Save the policy" }).click();
  await expect.poll(async () => (await policy()).cron).toBe("40 3 * * 0");
  expect((await policy()).retention.monthly).toBe(36);
  await expect(mona.getByRole("button", { name: "Save the policy" })).toBeDisabled();
});

test("what cannot be is refused beside its field, and nothing that was typed is lost", async () => {
  const taken = mona.getByRole("combobox", { name: "Taken" });
  // Wrong in a field that went away with the schedule: it is said all the same.
  const later = mona.getByRole("textbox", { name: "Starts up to" });
  await later.fill("soon");
  await taken.selectOption("Never by itself");
  await expect(later).toHaveCount(0);
  await mona.getByRole("button", { name: "Save the policy" }).click();
  await expect(mona.getByRole("alert").filter({ hasText: "(jitterMinutes)" })).toBeVisible();
  await taken.selectOption("Custom (cron)");
  await later.fill("30");
  const cron = mona.getByRole("textbox", { name: "Cron" });
  await cron.fill("61 25 * * *");
  await expect(cron).toHaveAttribute("aria-invalid", "true");
  await mona.getByRole("textbox", { name: "One of each day" }).fill("-3");
  await mona.getByRole("textbox", { name: "Encrypt for" }).fill("age1nobody");
  await mona.getByRole("button", { name: "Save the policy" }).click();
  await expect(mona.getByText("Line 1: This is not an age recipient: it begins with age1.")).toBeVisible();
  await expect(mona.getByText("Give a whole number.")).toBeVisible();
  await expect(cron).toHaveValue("61 25 * * *");
  await mona.getByRole("link", { name: "Cancel" }).click();
  await expect(mona.getByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
  await mona.getByRole("button", { name: "Leave and lose it" }).click();
  await expect(mona).toHaveURL(/\/backups\/policies$/);
});

test("two people who edit it see both versions and lose neither", async ({ browser, baseURL }) => {
  await mona.goto(`/backups/policies/${policyId}`);
  await mona.getByRole("textbox", { name: "One of each day" }).fill("21");
  const ada = await openAs(browser, baseURL, /Ada Anchor/);
  const { body: known } = await ask(ada, "GET", `/backup-policies/${policyId}`);
  const { targetId, compression, recipients, cron, timeZone, jitterMinutes, retention, verification } = known;
  const { maskingSql, lockDays, enabled, version } = known;
  const theirs = await ask(ada, "PUT", `/backup-policies/${policyId}`, {
    ...{ targetId, compression, recipients, cron, timeZone, jitterMinutes, retention, verification },
    ...{ maskingSql, lockDays, enabled, version, pingUrl: null, graceMinutes: 240 },
  });
  expect(theirs.status).toBe(200);
  await ada.context().close();

  await mona.getByRole("button", { name: "Save the policy" }).click();
  const both = mona.getByRole("alert").filter({ hasText: "This policy was saved in the meantime" });
  await expect(both.getByRole("group", { name: "How long it is kept" })).toContainText("daily 21");
  await expect(both.getByRole("group", { name: "Overdue after" })).toContainText("4 hours");
  await both.getByRole("button", { name: "Put these together" }).click();
  await expect(mona.getByRole("textbox", { name: "Overdue after" })).toHaveValue("240");
  await mona.getByRole("button", { name: "Save the policy" }).click();
  await expect.poll(async () => (await policy()).retention.daily).toBe(21);
  expect((await policy()).graceMinutes).toBe(240);
});

test("a backup taken by hand is restored to prove it, and its page claims no more than that", async () => {
  await mona.goto(`/backups/policies/${policyId}`);
  await mona.getByRole("button", { name: "Back up now" }).click();
  await expectRunDone(mona);
  const runId = runOfPage(mona);
  const { body } = await ask(mona, "GET", `/backups?service=${name}`);
  const taken = body.rows.find((row: { runId: number }) => row.runId === runId);
  expect(taken).toMatchObject({ state: "verified", availability: "available", tables: 2, rows: ROWS + 2 });
  pointId = taken.id;
  await mona.goto(`/backups/points/${pointId}`);
  await expect(mona.getByText(/[Rr]estored and counted/).first()).toBeVisible();
  expect((await point()).verifications.map((one: { level: string; ok: boolean }) => [one.level, one.ok])).toEqual(
    expect.arrayContaining([
      ["hash", true],
      ["decode", true],
      ["restore", true],
      ["counts", true],
    ]),
  );
});

test("destroyed data comes back in its place, row for row, and the app is up again", async () => {
  await sql("DROP TABLE harbour; DELETE FROM tide WHERE id > 17; UPDATE tide SET body = 'wrong'");
  expect(await sql(EVERY_ROW)).not.toEqual(rows);

  await mona.goto(`/backups/points/${pointId}/restore`);
  await mona.getByRole("radio", { name: /^In its place/ }).click();
  const plan = mona.getByRole("region", { name: "This will happen" });
  await expect(plan).toContainText(`Stop the app of ${name} (production).`);
  await expect(plan).toContainText(`${database}_before_`);
  const go = mona.getByRole("button", { name: `Replace ${database} of ${name}` });
  await expect(go).toBeDisabled();
  await mona.getByRole("textbox", { name: `Type ${name} to go on` }).fill(name);
  await go.click();
  await expectRunDone(mona);

  expect(await sql(EVERY_ROW)).toEqual(rows);
  expect(await sql("SELECT name FROM harbour ORDER BY name")).toEqual(["Tofino", "Ucluelet"]);
  await expect.poll(() => replicasOf(stack), { timeout: 60_000 }).toEqual(["1/1", "1/1"]);
  const kept = await sql(`SHOW DATABASES LIKE '${database}\\_before\\_%'`);
  expect(kept).toHaveLength(1);
  expect(await sql(`SELECT COUNT(*), MAX(body) FROM ${kept[0]}.tide`)).toEqual(["17\twrong"]);
});

test("one table is restored beside, looked at, and removed", async () => {
  await mona.goto(`/backups/points/${pointId}/restore`);
  await mona.getByRole("radio", { name: "Some tables" }).click();
  await mona.getByRole("searchbox", { name: "Find a table" }).fill("harb");
  await mona.getByRole("checkbox", { name: "harbour" }).click();
  await mona.getByRole("button", { name: `Restore beside ${database} of ${name}` }).click();
  await expectRunDone(mona);
  const [made] = (await point()).restores.filter((one: { mode: string }) => one.mode === "beside");
  expect(await sql(`SHOW TABLES FROM ${made.destination}`)).toEqual(["harbour"]);
  await mona.goto(`/services/${name}/backups`);
  const standing = mona.getByRole("row", { name: new RegExp(made.destination) });
  await expect(standing.getByRole("link", { name: /^From the backup of/ })).toHaveAttribute(
    "href",
    `/backups/points/${pointId}`,
  );

  await mona.goto(`/backups/points/${pointId}`);
  const restores = mona.getByRole("table", { name: "Restores" });
  await expect(restores.getByText(`What lived before is kept as ${database}_before_`)).toBeVisible();
  const row = restores.getByRole("row", { name: new RegExp(made.destination) });
  await row.getByRole("button", { name: "Remove" }).click();
  await mona.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
  await expectRunDone(mona);
  expect(await sql(`SHOW DATABASES LIKE '${made.destination}'`)).toEqual([]);
});

test("what lived before the swap is removed by the service's name, once a newer backup is proven", async () => {
  await mona.goto(`/backups/policies/${policyId}`);
  await mona.getByRole("button", { name: "Back up now" }).click();
  await expectRunDone(mona);
  await mona.goto(`/backups/points/${pointId}`);
  const restores = mona.getByRole("table", { name: "Restores" });
  const visitor = new Visitor(mona);
  await visitor.look();
  await restores.getByRole("button", { name: "Remove it…" }).click();
  await visitor.look();
  const dialog = mona.getByRole("dialog");
  await expect(dialog).toContainText(`${database}_before_`);
  const go = dialog.getByRole("button", { name: "Remove it for good" });
  await expect(go).toBeDisabled();
  await dialog.getByRole("textbox", { name: `Type ${name} to go on` }).fill(name);
  await go.click();
  await expectRunDone(mona);

  expect(await sql(`SHOW DATABASES LIKE '${database}\\_before\\_%'`)).toEqual([]);
  expect(await sql(EVERY_ROW)).toEqual(rows);
  await mona.goto(`/backups/points/${pointId}`);
  await expect(restores.getByText("In its place")).toBeVisible();
  await expect(restores.getByText("What lived before")).toHaveCount(0);
});

test("a pin goes only after a question, which says whose it is", async () => {
  await mona.goto(`/backups/points/${pointId}`);
  await mona.getByRole("button", { name: "Pin", exact: true }).click();
  const dialog = mona.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Why it is kept" }).fill("Before the spring tide");
  await dialog.getByRole("button", { name: "Pin it" }).click();
  await mona.getByRole("button", { name: "Unpin" }).click();
  await expect(dialog).toContainText("Mona Moor keeps it for: “Before the spring tide”");
  await expect(dialog).toContainText("Nothing removes it for now");
  expect((await point()).pinned).toBe(true);
  await dialog.getByRole("button", { name: "Unpin it" }).click();
  await expect(mona.getByRole("button", { name: "Pin", exact: true })).toBeVisible();
  expect((await point()).pinned).toBe(false);
});

test("a policy of a service that is not there asks whose data it is instead", async () => {
  await mona.goto("/backups/policies/new?service=nobody-at-all");
  await expect(mona.getByText("nobody-at-all cannot be backed up")).toBeVisible();
  await mona.getByRole("combobox", { name: "Of which service?" }).click();
  await mona.getByPlaceholder("Search", { exact: true }).fill(name);
  await mona.getByRole("option", { name }).click();
  await mona.getByRole("link", { name: "Go on" }).click();
  await expect(mona).toHaveURL(new RegExp(`service=${name}$`));
  await expect(mona.getByRole("button", { name: "Create the policy" })).toBeVisible();
});

test("a link gives exactly what is stored to whoever has it, until it is revoked", async () => {
  await mona.goto(`/backups/points/${pointId}`);
  await mona.getByRole("button", { name: "Make a link" }).click();
  const dialog = mona.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await expect(dialog.getByText("Say what it is for.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "What is it for?" }).fill("Look into the wrong heights");
  await dialog.getByRole("combobox", { name: "Works for" }).selectOption("15 minutes");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await expect(dialog.getByText(/^curl -fo/)).toBeVisible();
  const url = (await dialog.getByText(/^http\S+$/).textContent()) ?? "";
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(dialog).toBeHidden();
  expect(await mona.content()).not.toContain(url);

  const [part, more] = (await point()).manifest.parts;
  expect(more).toBeUndefined();
  const got = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(got.length).toBe(part.sizeBytes);
  expect(createHash("sha256").update(got).digest("hex")).toBe(part.sha256);

  const links = mona.getByRole("table", { name: "Download links" });
  await mona.reload();
  await expect(links.getByRole("row", { name: /wrong heights/ })).toContainText("1 time");
  await links.getByRole("button", { name: "Revoke" }).click();
  await expect(links.getByText("Revoked")).toBeVisible();
  const dead = await fetch(url);
  expect([404, 410]).toContain(dead.status);
  expect(await dead.text()).not.toContain(part.sha256);
});

test("its pages can be read and used by everybody, wide and on a phone", async () => {
  const visitor = new Visitor(mona);
  for (const path of [`/policies/${policyId}`, `/points/${pointId}`]) await visitor.check(`/backups${path}`);
  await mona.getByRole("button", { name: "Make a link" }).click();
  await visitor.look();
  await visitor.visit(`/backups/points/${pointId}/restore`);
  await mona.getByRole("radio", { name: "Some tables" }).click();
  await visitor.look();
  await mona.getByRole("radio", { name: "All of it" }).click();
  await mona.getByRole("radio", { name: /^In its place/ }).click();
  await visitor.look();
});

test("who only looks sees no buttons and is refused; a teammate may back up, not restore", async ({
  browser,
  baseURL,
}) => {
  const swap = { serviceName: name, environment: "production", mode: "swap", only: [], mask: false };
  const restore = { ...swap, identity: null, confirm: name };
  const settings = await policy();
  const refuseAll = async (page: Page) => {
    expect((await ask(page, "POST", `/backups/${pointId}/restores`, restore)).status).toBe(403);
    expect((await ask(page, "POST", `/backups/${pointId}/links`, { minutes: 15, reason: "Curious" })).status).toBe(403);
    expect((await ask(page, "DELETE", `/backups/${pointId}`)).status).toBe(403);
    expect((await ask(page, "DELETE", `/backup-policies/${policyId}`)).status).toBe(403);
  };

  const vera = await openAs(browser, baseURL, /Vera Vale/);
  await refuseAll(vera);
  expect((await ask(vera, "POST", `/backup-policies/${policyId}/run`)).status).toBe(403);
  await vera.goto(`/backups/policies/${policyId}`);
  await expect(vera.getByText("What it does")).toBeVisible();
  for (const button of ["Back up now", "Save the policy", "Delete", "Pause"])
    await expect(vera.getByRole("button", { name: button })).toHaveCount(0);
  await vera.goto(`/backups/points/${pointId}/restore`);
  await expect(vera.getByText("There is nowhere you may restore it to")).toBeVisible();
  await vera.goto(`/backups/points/${pointId}`);
  await expect(vera.getByRole("button", { name: "Make a link" })).toHaveCount(0);
  await vera.goto("/backups/targets");
  await expect(vera.getByRole("table", { name: "Targets" })).toBeVisible();
  await expect(vera.getByRole("link", { name: "New target" })).toHaveCount(0);
  expect((await ask(vera, "POST", "/backup-targets", { name: "x" })).status).toBe(403);
  await vera.context().close();

  const sam = await openAs(browser, baseURL, /Sam Sand/);
  await refuseAll(sam);
  await sam.goto(`/backups/policies/${policyId}`);
  await expect(sam.getByRole("button", { name: "Back up now" })).toBeVisible();
  await expect(sam.getByRole("button", { name: "Save the policy" })).toHaveCount(0);
  await sam.context().close();

  const dana = await openAs(browser, baseURL, /Dana Dock/);
  await dana.goto(`/backups/policies/${policyId}`);
  await expect(dana.getByRole("button", { name: "Save the policy" })).toBeVisible();
  await dana.goto(`/backups/points/${pointId}/restore`);
  await expect(dana.getByRole("button", { name: `Restore beside ${database} of ${name}` })).toBeEnabled();
  await dana.context().close();
  expect(await policy()).toEqual(settings);
});
