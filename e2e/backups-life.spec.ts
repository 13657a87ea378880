import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { expectRunDone, policyOf, sqlIn, takeBackup } from "./backup-stage.ts";
import { listBackupFiles, mailTo, replicasOf, world } from "./outside.ts";
import { callApi, finishRun, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { addStaging, imageOf, pushVersion } from "./release-stage.ts";
import { Visitor } from "./visit.ts";

/** Backups from the first one to what is left of them: into staging, out of the ordinary, without an owner, at the service's end. */
const name = `buoy-${Date.now().toString(36).slice(-6)}`;
const KEEPERS = 400;
const OWN_DISK = "This server";
const MASK = "UPDATE keeper SET name = CONCAT('Keeper ', id), mail = CONCAT('keeper', id, '@example.org')";

test.describe.configure({ mode: "serial", timeout: 420_000 });

let mona: Page;
let policyId: string;
let first: { id: string };

const inProduction = (statement: string) => sqlIn(name, "production", statement);
const inStaging = (statement: string) => sqlIn(name, "staging", statement);
const rootOfBackups = () => world().env.BACKUPS_ROOT ?? "";
const addKeepers = (from: number, to: number) =>
  inProduction(
    "INSERT INTO keeper SELECT seq, CONCAT('Åse ', seq), CONCAT('ase', seq, '@harbour.example'), RANDOM_BYTES(400) " +
      `FROM seq_${from}_to_${to}`,
  );

test.beforeAll(async ({ browser, baseURL }) => {
  mona = await openAs(browser, baseURL, /Mona Moor/);
  await pushVersion(name, "1.0");
  const runId = await startService(mona, {
    identity: { name, purpose: "Who looks after which buoy" },
    placement: { image: imageOf(name) },
    exposure: { audience: "internal" },
    data: { database: "mariadb" },
  });
  await finishRun(mona, runId);
  await addStaging(mona, name);
  policyId = await policyOf(mona, name, "production");
  await inProduction(
    "CREATE TABLE keeper (id INT PRIMARY KEY, name VARCHAR(80), mail VARCHAR(120), portrait BLOB) CHARACTER SET utf8mb4",
  );
  await addKeepers(1, KEEPERS);
  await inStaging("CREATE TABLE trial (id INT PRIMARY KEY); INSERT INTO trial VALUES (1)");
  first = await takeBackup(mona, policyId);
  expect(first).toMatchObject({ state: "verified", rows: KEEPERS });
});
test.afterAll(async () => {
  await mona.context().close();
});

/** The form that brings the first backup into staging. */
async function chooseStaging(): Promise<void> {
  await mona.goto(`/backups/points/${first.id}/restore`);
  const into = mona.getByRole("combobox", { name: "Into" });
  const staging = into.getByRole("option", { name: new RegExp(`${name} · staging`) });
  await into.selectOption((await staging.getAttribute("value")) ?? "");
}

test("what people trust production with does not leave it as it is", async () => {
  await chooseStaging();
  const mask = mona.getByRole("checkbox", { name: "Run the policy’s masking before the rows get there" });
  await expect(mask).toBeDisabled();
  await expect(mona.getByText("Production data leaves production only masked.")).toBeVisible();
  await expect(mona.getByRole("button", { name: /^Restore beside/ })).toBeDisabled();
  await expect(mona.getByRole("link", { name: "Open the policy “database”" })).toHaveAttribute(
    "href",
    `/backups/policies/${policyId}`,
  );
  const refused = await callApi(mona, "POST", `/backups/${first.id}/restores`, {
    ...{ serviceName: name, environment: "staging", mode: "beside", only: [], mask: false },
    ...{ identity: null, confirm: null },
  });
  expect([refused.status, refused.body.error.fields]).toEqual([422, { mask: expect.stringContaining("only masked") }]);
});

test("it replaces staging's once the policy says how it is masked, and production stays as it was", async () => {
  await mona.goto(`/backups/policies/${policyId}`);
  await mona.getByRole("textbox", { name: "Masking" }).fill(MASK);
  await mona.getByRole("textbox", { name: "The last", exact: true }).fill("12");
  await mona.getByRole("button", { name: "Save the policy" }).click();
  await expect(mona.getByRole("button", { name: "Save the policy" })).toBeDisabled();

  await chooseStaging();
  await expect(
    mona.getByRole("checkbox", { name: "Run the policy’s masking before the rows get there" }),
  ).toBeChecked();
  await mona.getByRole("radio", { name: /^In its place/ }).click();
  const plan = mona.getByRole("region", { name: "This will happen" });
  await expect(plan).toContainText("run the policy’s masking there, and take only the masked rows on");
  await expect(plan).toContainText(`Stop the app of ${name} (staging).`);
  const go = mona.getByRole("button", { name: `Replace ${name.replaceAll("-", "_")} of ${name}` });
  // Production's name would not do.
  const word = mona.getByRole("textbox", { name: `Type ${name}-staging to go on` });
  await word.fill(name);
  await expect(go).toBeDisabled();
  await word.fill(`${name}-staging`);
  await go.click();
  await expectRunDone(mona);

  expect(await inStaging("SELECT COUNT(*), MIN(mail), COUNT(portrait) FROM keeper")).toEqual([
    `${KEEPERS}\tkeeper100@example.org\t${KEEPERS}`,
  ]);
  expect(await inStaging("SELECT COUNT(*) FROM keeper WHERE name LIKE 'Åse%' OR mail LIKE '%harbour%'")).toEqual(["0"]);
  expect(await inProduction("SELECT COUNT(*) FROM keeper WHERE name LIKE 'Åse%' AND mail LIKE '%harbour%'")).toEqual([
    String(KEEPERS),
  ]);
  await expect.poll(() => replicasOf(`${name}-staging`), { timeout: 60_000 }).toEqual(["1/1", "1/1"]);
});

test("a backup far from the usual is said to be, where it is looked at and by mail", async () => {
  for (let usual = 0; usual < 2; usual++) expect(await takeBackup(mona, policyId)).toMatchObject({ anomaly: null });
  await addKeepers(KEEPERS + 1, 3 * KEEPERS);
  const odd = await takeBackup(mona, policyId);
  expect(odd).toMatchObject({ state: "verified", rows: 3 * KEEPERS });
  const words = /rows: 1.200, more than double of the usual 400/;

  const visitor = new Visitor(mona);
  await visitor.visit(`/backups?q=${name}`);
  const line = mona.getByRole("row", { name: /production · database · MariaDB/ });
  await expect(line).toContainText(words);
  await expect(line).toContainText(/restored and counted/i);
  await expect(mona.getByRole("row", { name: /staging · database · MariaDB/ })).not.toContainText("usual");
  await visitor.look();
  await line.getByRole("link", { name: "Restored and counted" }).click();
  await expect(mona).toHaveURL(new RegExp(`/backups/points/${odd.id}$`));
  await expect(mona.getByText(words)).toBeVisible();

  const mails = async () => (await mailTo("mona@seaworthy.test")).filter(({ text }) => text.includes(name));
  await expect.poll(async () => (await mails()).filter(({ text }) => words.test(text)).length).toBe(1);
});

test("every backup is listed with how it ended and whether it can still be had", async () => {
  await mona.goto(`/backups/executions?q=${name}`);
  const table = mona.getByRole("table", { name: "Backups" });
  const rows = table.getByRole("row").filter({ hasText: name });
  // One while it was provisioned, four taken here, and staging's before it was replaced.
  await expect(rows).toHaveCount(6);
  await expect(rows.filter({ hasText: "Available" })).toHaveCount(6);
  await expect(rows.filter({ hasText: "before a restore replaced living data" })).toHaveCount(1);
  await mona.getByRole("group", { name: "How it ended" }).getByRole("button", { name: "Failed" }).click();
  await expect(mona.getByText("No backup matches")).toBeVisible();
});

test("what nobody knows in a target is shown there: taken up where it is whole, removed where it is not", async ({
  browser,
  baseURL,
}) => {
  // A whole backup that the panel has forgotten, and what somebody left beside it.
  const { body: point } = await callApi(mona, "GET", `/backups/${first.id}`);
  const id = crypto.randomUUID();
  const key = join(dirname(point.key), `20250102T030405Z-${id.slice(0, 8)}`);
  await cp(join(rootOfBackups(), point.key), join(rootOfBackups(), key), { recursive: true });
  const manifest = join(rootOfBackups(), key, "manifest.json");
  const text = await readFile(manifest, "utf8");
  await writeFile(manifest, text.replaceAll(point.key, key).replaceAll(first.id, id));
  const left = `${name}/notes`;
  await mkdir(join(rootOfBackups(), left));
  await writeFile(join(rootOfBackups(), left, "todo.txt"), "Ask whose these are");

  const ada = await openAs(browser, baseURL, /Ada Anchor/);
  const visitor = new Visitor(ada);
  const openTarget = async () => {
    await ada.goto("/backups/targets");
    await ada.getByRole("link", { name: OWN_DISK }).click();
  };
  await openTarget();
  await ada.getByRole("button", { name: "Check now" }).click();
  await expectRunDone(ada);
  await openTarget();
  const unknown = ada.getByRole("table", { name: "Unknown objects" });
  await expect(unknown.getByRole("row", { name: new RegExp(key) })).toContainText("a whole backup");
  await expect(unknown.getByRole("row", { name: new RegExp(left) })).toContainText("leavings");
  await visitor.look();

  await unknown
    .getByRole("row", { name: new RegExp(key) })
    .getByRole("button", { name: "Adopt" })
    .click();
  await ada.getByRole("dialog").getByRole("button", { name: "Adopt it" }).click();
  await expectRunDone(ada);
  await openTarget();
  await expect(unknown.getByRole("row", { name: new RegExp(key) })).toHaveCount(0);
  await unknown
    .getByRole("row", { name: new RegExp(left) })
    .getByRole("button", { name: "Remove" })
    .click();
  await ada.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
  await expectRunDone(ada);
  expect(existsSync(join(rootOfBackups(), left, "todo.txt"))).toBe(false);

  // It claims no more than anybody knows of it, and nothing prunes what somebody took up.
  await ada.goto(`/backups/points/${id}`);
  await expect(ada.getByText("It was stored, and nothing about it has been proven yet.")).toBeVisible();
  await expect(ada.getByRole("button", { name: "Unpin" })).toBeVisible();
  await ada.context().close();
});

test("objects that went are missing, and no restore is promised from them", async ({ browser, baseURL }) => {
  const { body: point } = await callApi(mona, "GET", `/backups/${first.id}`);
  const [from, to] = [join(rootOfBackups(), point.key), join(rootOfBackups(), `.away-${basename(point.key)}`)];
  const ada = await openAs(browser, baseURL, /Ada Anchor/);
  const check = async () => {
    await ada.goto("/backups/targets");
    await ada.getByRole("link", { name: OWN_DISK }).click();
    await ada.getByRole("button", { name: "Check now" }).click();
    await expectRunDone(ada);
  };
  await rename(from, to);
  try {
    await check();
    await mona.goto(`/backups/points/${first.id}`);
    await expect(mona.getByText("Its objects are not where they were stored.")).toBeVisible();
    await expect(mona.getByRole("link", { name: "Restore" })).toHaveCount(0);
    await expect(mona.getByRole("link", { name: "Open the target" })).toBeVisible();
    await mona.goto(`/backups/executions?q=${name}&there=missing`);
    await expect(mona.getByRole("table", { name: "Backups" }).getByRole("row").filter({ hasText: name })).toHaveCount(
      1,
    );
  } finally {
    await rename(to, from);
  }
  await check();
  await mona.reload();
  await expect(mona.getByText("No backup matches")).toBeVisible();
  await ada.context().close();
});

test("at its end all goes but the last proven backup of each policy and what is pinned, for who may delete them", async ({
  browser,
  baseURL,
}) => {
  await mona.goto(`/services/${name}/decommission`);
  const stored = (page: Page) => page.getByRole("radiogroup", { name: "Stored backups" });
  await expect(stored(mona).getByRole("radio", { name: /^Delete all but the last proven/ })).toBeDisabled();
  const ada = await openAs(browser, baseURL, /Ada Anchor/);
  await ada.goto(`/services/${name}/decommission`);
  await stored(ada)
    .getByRole("radio", { name: /^Delete all but the last proven/ })
    .click();
  // They go only beside a newer one that was proven.
  const again = ada.getByRole("radiogroup", { name: "One more backup" });
  await again.getByRole("radio", { name: /^Take it, proven or not/ }).click();
  await expect(ada.getByText("Backups are deleted only after a newer one was taken and proven.")).toBeVisible();
  await expect(ada.getByText("Say why its last backup need not be proven.")).toBeVisible();
  await expect(ada.getByRole("button", { name: "Show the plan" })).toBeDisabled();
  await new Visitor(ada).look();
  await again.getByRole("radio", { name: /^Take and prove it/ }).click();
  await ada.getByRole("button", { name: "Show the plan" }).click();
  const end = ada.getByRole("button", { name: `Decommission ${name}` });
  await expect(end).toBeEnabled({ timeout: 90_000 });
  await end.click();
  await ada.getByRole("dialog").getByRole("textbox").fill(name);
  await ada
    .getByRole("dialog")
    .getByRole("button", { name: `Decommission ${name}` })
    .click();
  await expect(ada).toHaveURL(/\/runs\/\d+/);
  const runId = Number(/\/runs\/(\d+)/.exec(ada.url())?.[1]);
  await finishRun(ada, runId);

  const { body } = await callApi(ada, "GET", `/backups?service=${name}&availability=available`);
  const kept = body.rows.map((row: { environment: string; runId: number | null; pinned: boolean }) =>
    row.pinned ? [row.environment, "pinned"] : [row.environment, row.runId],
  );
  expect(kept.sort()).toEqual(
    [
      ["production", "pinned"],
      ["production", runId],
      ["staging", runId],
    ].sort(),
  );
  const manifests = listBackupFiles().filter((file) => file.includes(`/${name}/`) && file.endsWith("/manifest.json"));
  expect(manifests).toHaveLength(3);
  await ada.goto(`/services/${name}/decommission`);
  await expect(ada.getByText("proven by restoring it", { exact: true })).toHaveCount(2);
  await expect(ada.getByText("not proven by restoring it")).toHaveCount(1);
  await ada.context().close();
});
