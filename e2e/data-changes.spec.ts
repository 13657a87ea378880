import { expect, type Page, test } from "@playwright/test";
import { containerOf, docker, mailTo, mariadbIn, world } from "./outside.ts";
import { callApi, finishRun, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { Visitor } from "./visit.ts";

const name = `notes-${Date.now().toString(36).slice(-6)}`;
const stack = `${name}-production`;
const database = name.replaceAll("-", "_");
const ALL = "SELECT id, IFNULL(owner, '-') FROM note ORDER BY id";

test.describe.configure({ mode: "serial" });

let sam: Page;
let mona: Page;
let dana: Page;
let changeId: string;

const sql = async (statement: string) => mariadbIn(await containerOf(`${stack}_db`), database, statement);
const read = async (id = changeId) => (await callApi(dana, "GET", `/data-changes/${id}`)).body;
const idOf = (page: Page) => new URL(page.url()).pathname.split("/").at(-1) ?? "";

/** Proposed by a page's person through the API, as the form does. */
async function propose(page: Page, title: string, statements: string) {
  const { body } = await callApi(page, "POST", "/data-changes", {
    ...{ serviceName: name, environment: "production", title, statements },
    ...{ cause: "An import", problem: "Wrong owners", procedure: "Set them", success: "They are set" },
  });
  return (await callApi(page, "POST", `/data-changes/${body.id}/propose`, { version: body.version })).body;
}

async function expectRunEnds(page: Page, state: "succeeded" | "failed"): Promise<void> {
  await expect(page).toHaveURL(/\/runs\/\d+/, { timeout: 60_000 });
  const runId = Number(/\/runs\/(\d+)/.exec(page.url())?.[1]);
  const look = async () => {
    const { body: run } = await callApi(page, "GET", `/runs/${runId}`);
    const troubles = run.steps.flatMap((step: { key: string; error: { message: string } | null }) =>
      step.error ? [`${step.key}: ${step.error.message}`] : [],
    );
    return state === "succeeded" ? [run.state, ...troubles].join("\n") : run.state;
  };
  await expect.poll(look, { timeout: 170_000, intervals: [500] }).toBe(state);
}

/** Signs in to the database as somebody else over the network, as a dashboard does. */
async function asAccount(user: string, password: string, statement: string): Promise<string> {
  const container = await containerOf(`${stack}_db`);
  return docker(
    ...["exec", "-e", `MYSQL_PWD=${password}`, container, "mariadb", `--user=${user}`],
    ...["--host=127.0.0.1", "--protocol=tcp", "--batch", "--skip-column-names", `--execute=${statement}`, database],
  ).catch((error: Error & { stderr?: string }) => error.stderr ?? error.message);
}

test.beforeAll(async ({ browser, baseURL }) => {
  test.setTimeout(300_000);
  [sam, mona, dana] = [
    await openAs(browser, baseURL, /Sam Sand/),
    await openAs(browser, baseURL, /Mona Moor/),
    await openAs(browser, baseURL, /Dana Dock/),
  ];
  const runId = await startService(sam, {
    identity: { name, purpose: "Notes of the watch" },
    placement: { image: world().images?.web["1.0"] ?? "" },
    exposure: { audience: "internal" },
    data: { database: "mariadb" },
  });
  await finishRun(sam, runId);
  await sql(
    "CREATE TABLE note (id INT PRIMARY KEY, owner VARCHAR(40)); INSERT INTO note VALUES (1, 'ida'), (2, NULL), (3, NULL)",
  );
});

test.afterAll(async () => {
  for (const page of [sam, mona, dana]) await page.context().close();
});

test("Sam writes down what went wrong; a change of the schema is refused beside the field", async () => {
  await sam.goto(`/services/${name}/data`);
  await sam.getByRole("link", { name: "New data change" }).click();
  await expect(sam.getByRole("combobox", { name: "Database" })).toContainText(`${name} · production`);
  await sam.getByRole("button", { name: "Propose it" }).click();
  await expect(sam.getByText("Say what went wrong and why.")).toBeVisible();
  await sam.getByRole("textbox", { name: "Title" }).fill("Give lost notes back to their owner");
  await sam
    .getByRole("textbox", { name: "What went wrong, and why?" })
    .fill("An import forgot the owner. Nothing checked it.");
  await sam.getByRole("textbox", { name: "What is the problem in the data?" }).fill("Two notes belong to nobody.");
  await sam.getByRole("textbox", { name: "What will be done?" }).fill("1. Set their owner.\n2. Look again.");
  await sam.getByRole("textbox", { name: "How will you see that it worked?" }).fill("No note is without an owner.");
  const statements = sam.getByRole("textbox", { name: "SQL" });
  await statements.fill("UPDATE note SET owner = 'ida' WHERE owner IS NULL;\nALTER TABLE note ADD at DATETIME;");
  await sam.getByRole("button", { name: "Propose it" }).click();
  await expect(sam.getByText(/Line 2: ALTER changes the schema.*belongs to a release/)).toBeVisible();
  await statements.fill(
    "UPDATE note SET owner = 'ida'\nWHERE owner IS NULL;\n-- how many there are now\nSELECT id FROM note;",
  );
  await sam.getByRole("button", { name: "Propose it" }).click();
  await expect(sam.locator("header").getByText("Waits for approval")).toBeVisible();
  await expect(sam.getByText("You cannot approve it: Your role does not include this.")).toBeVisible();
  changeId = idOf(sam);
});

test("nobody approves their own; an edit after the approval takes it away", async () => {
  const own = await propose(mona, "Mona's own", "DELETE FROM note WHERE id = 3");
  await mona.goto(`/data-changes/${own.id}`);
  await expect(mona.getByText("You proposed or edited it: somebody else must approve it.")).toBeVisible();
  const { status, body } = await callApi(mona, "POST", `/data-changes/${own.id}/decisions`, {
    ...{ decision: "approve", seal: own.seal },
  });
  expect([status, body.error.code]).toEqual([409, "dataChanges.own"]);

  await dana.goto(`/data-changes/${own.id}`);
  await dana.getByRole("button", { name: "Approve this text" }).click();
  await expect(dana.getByText("Approved, not carried out")).toBeVisible();
  await mona.goto(`/data-changes/${own.id}/edit`);
  await expect(mona.getByText("It is approved as it stands")).toBeVisible();
  await mona.getByRole("textbox", { name: "SQL" }).fill("DELETE FROM note");
  await mona.getByRole("button", { name: "Save the change" }).click();
  await expect(mona.locator("header").getByText("Waits for approval")).toBeVisible();
  const refused = await callApi(dana, "POST", `/data-changes/${own.id}/preview`);
  expect([refused.status, refused.body.error.code]).toEqual([409, "dataChanges.not_approved"]);
  await mona.getByRole("button", { name: "Withdraw" }).click();
  await mona.getByRole("dialog").getByRole("button", { name: "Withdraw it" }).click();
  await expect(mona.locator("header").getByText("Withdrawn", { exact: true })).toBeVisible();
});

test("Mona reads it and approves exactly this text", async () => {
  await mona.goto("/data-changes?filter=open");
  const row = mona.getByRole("row", { name: /Give lost notes back/ }).filter({ hasText: name });
  await expect(row.getByText("for you")).toBeVisible();
  await row.getByRole("link").click();
  await expect(mona.getByText("UPDATE note SET owner = 'ida'")).toBeVisible();
  await mona.getByRole("textbox", { name: "Comment" }).fill("I counted two as well.");
  await mona.getByRole("button", { name: "Approve this text" }).click();
  await expect(mona.getByText("Approved by somebody else")).toBeVisible();
  await expect(mona.getByRole("button", { name: "Carry it out" })).toHaveCount(0);
  const { status } = await callApi(mona, "POST", `/data-changes/${changeId}/preview`);
  expect(status).toBe(403);
});

test("Dana previews it: rows are counted and everything is taken back", async () => {
  const before = await sql(ALL);
  await dana.goto(`/data-changes/${changeId}`);
  await expect(dana.getByRole("button", { name: "Carry it out" })).toHaveCount(0);
  await dana.getByRole("button", { name: "Preview" }).click();
  const counts = dana.getByRole("table", { name: "Preview" });
  await expect(counts.getByRole("row", { name: /UPDATE/ })).toContainText("2", { timeout: 60_000 });
  await expect(counts.getByRole("row", { name: /SELECT/ })).toContainText("3");
  expect(await sql(ALL)).toEqual(before);
});

test("Dana carries it out once: a proven backup first, then one transaction; the report closes it", async () => {
  await dana.goto(`/data-changes/${changeId}`);
  await dana.getByRole("button", { name: "Carry it out" }).click();
  const dialog = dana.getByRole("dialog");
  const go = dialog.getByRole("button", { name: "Change 2 rows" });
  await expect(go).toBeDisabled();
  await dialog.getByRole("textbox", { name: `Type ${name} to go on` }).fill(name);
  await go.click();
  await expectRunEnds(dana, "succeeded");
  expect(await sql(ALL)).toEqual(["1\tida", "2\tida", "3\tida"]);
  expect(await sql(`SELECT COUNT(*) FROM seaworthy.data_change WHERE id = '${changeId}'`)).toEqual(["1"]);
  expect(await sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'sw_change%'")).toEqual(["0"]);

  const change = await read();
  expect(change).toMatchObject({ state: "reporting", result: { outcome: "committed" } });
  const { body: backup } = await callApi(dana, "GET", `/backups/${change.result.backupId}`);
  expect(backup).toMatchObject({ state: "verified", trigger: "change" });
  const again = await callApi(dana, "POST", `/data-changes/${changeId}/run`, { seal: change.seal, confirm: name });
  expect([again.status, again.body.error.code]).toEqual([409, "dataChanges.used"]);

  await dana.goto(`/data-changes/${changeId}`);
  await dana.getByRole("button", { name: "Write the report and close it" }).click();
  await expect(dana.getByText("Say what you expected to happen.")).toBeVisible();
  await dana.getByRole("textbox", { name: "What did we expect to happen?" }).fill("Two notes get their owner back.");
  await dana.getByRole("textbox", { name: "What actually happened?" }).fill("They did. No note is without an owner.");
  await dana.getByRole("button", { name: "Write the report and close it" }).click();
  await expect(dana.locator("header").getByText("Done", { exact: true })).toBeVisible();
  expect((await read()).state).toBe("done");
});

test("what was done, and why, came by mail, without a row of data", async () => {
  const mails = async () =>
    (await mailTo("sam@seaworthy.test")).filter(({ subject }) => subject.includes("Give lost notes back"));
  await expect.poll(async () => (await mails()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
  for (const { text } of await mails()) expect(text).not.toContain("UPDATE note");
});

test("rows other than those of the preview: nothing is changed, and the page says so", async () => {
  const { id, seal } = await propose(
    sam,
    "Drop the notes of nobody",
    "DELETE FROM note WHERE owner = 'ida' AND id > 1",
  );
  await callApi(mona, "POST", `/data-changes/${id}/decisions`, { decision: "approve", seal });
  await dana.goto(`/data-changes/${id}`);
  await dana.getByRole("button", { name: "Preview" }).click();
  await expect(dana.getByRole("button", { name: "Carry it out" })).toBeVisible({ timeout: 60_000 });
  await sql("INSERT INTO note VALUES (4, 'ida')");
  const before = await sql(ALL);
  await dana.getByRole("button", { name: "Carry it out" }).click();
  await dana.getByRole("dialog").getByRole("textbox").fill(name);
  await dana.getByRole("dialog").getByRole("button", { name: "Change 2 rows" }).click();
  await expectRunEnds(dana, "failed");
  expect(await sql(ALL)).toEqual(before);
  await dana.goto(`/data-changes/${id}`);
  await expect(dana.getByText("Everything was taken back: nothing was changed")).toBeVisible();
  await expect(dana.getByText(/touched 3 rows, not 2/)).toBeVisible();
  await expect(dana.getByRole("button", { name: "Write the report and close it" })).toBeVisible();
});

test("a dashboard reads with an account of its own, and changes nothing", async () => {
  await sam.goto(`/services/${name}/data`);
  const card = sam.getByRole("region", { name: "Read-only accounts" });
  await card.getByRole("button", { name: "New account" }).click();
  const dialog = sam.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "What reads with it?" }).fill("Grafana");
  await dialog.getByRole("button", { name: "Make the account" }).click();
  await expect(dialog.getByText("The password, this once")).toBeVisible();
  const [user = "", first = ""] = await dialog.locator("code").allTextContents();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(card.getByText("May read", { exact: true })).toBeVisible({ timeout: 60_000 });
  expect(await sam.content()).not.toContain(first);
  expect(await asAccount(user, first, "SELECT COUNT(*) FROM note")).toBe("4");
  for (const statement of ["DELETE FROM note", "CREATE TABLE x (id INT)", "SELECT * FROM seaworthy.data_change"])
    expect(await asAccount(user, first, statement)).toMatch(/denied/);
  expect(await sql(ALL)).toHaveLength(4);

  await card.getByRole("button", { name: "New password" }).click();
  await dialog.getByRole("button", { name: "Make a new password" }).click();
  await expect(dialog.getByText("The password, this once")).toBeVisible();
  const [, second = ""] = await dialog.locator("code").allTextContents();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(card.getByText(/new password/)).toBeVisible({ timeout: 60_000 });
  expect(await asAccount(user, first, "SELECT 1")).toMatch(/Access denied/);
  expect(await asAccount(user, second, "SELECT COUNT(*) FROM note")).toBe("4");

  await card.getByRole("button", { name: "Revoke" }).click();
  await sam.getByRole("dialog").getByRole("button", { name: "Revoke it" }).click();
  await expect(card.getByText("Nobody reads it from outside")).toBeVisible({ timeout: 60_000 });
  expect(await asAccount(user, second, "SELECT 1")).toMatch(/Access denied/);
});

test("who only looks reads none of it; everybody else can, wide and on a phone", async ({ browser, baseURL }) => {
  const vera = await openAs(browser, baseURL, /Vera Vale/);
  expect((await callApi(vera, "GET", `/data-changes/${changeId}`)).status).toBe(403);
  expect((await callApi(vera, "GET", `/services/${name}/read-only-accounts`)).status).toBe(403);
  await vera.goto(`/data-changes/${changeId}`);
  await expect(vera.getByText("Your role does not read these")).toBeVisible();
  await expect(vera.getByText("UPDATE note")).toHaveCount(0);
  await vera.context().close();

  const visitor = new Visitor(dana);
  for (const path of ["/data-changes", "/data-changes/new", `/data-changes/${changeId}`, `/services/${name}/data`])
    await visitor.check(path);
});
