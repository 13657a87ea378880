import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { RECORD_TTL_S } from "#lib/services/constants.ts";
import { docker, expectAnswers, listBackupFiles, mailTo, removeOutside, world } from "./outside.ts";
import { callApi, finishRun, startService } from "./panel-api.ts";
import { openAs } from "./people.ts";
import { healthchecksOf, kumaMonitors, repositoryPaths } from "./watchers.ts";

/** A service from its first step to its last: made, kept true, broken from outside, taken down, and asked for everywhere. */
const name = `life-${Date.now().toString(36).slice(-6)}`;
const host = `${name}.seaworthy.test`;
const stack = `${name}-production`;

let sam: Page;

test.describe.configure({ mode: "serial", timeout: 420_000 });

test.beforeAll(async ({ browser, baseURL }) => {
  sam = await openAs(browser, baseURL, /Sam Sand/);
});
test.afterAll(async () => {
  await sam.context().close();
});

interface Tick {
  key: string;
  title: string;
  state: string;
  since: string;
  reason: string;
}
const readTicks = async (): Promise<Tick[]> => (await callApi(sam, "GET", `/services/${name}/ticks`)).body.ticks;
const lookNow = () => callApi(sam, "POST", `/services/${name}/ticks/check`, {});
const folder = () => join(world().env.SERVICES_ROOT ?? "", name);

/** Waits until every tick is as wanted; looks are asked for again and again, for a look that runs takes no second one. */
async function expectTicks(wanted: (ticks: Tick[]) => void): Promise<void> {
  await expect(async () => {
    await lookNow();
    wanted(await readTicks());
  }).toPass({ timeout: 120_000, intervals: [2_000] });
}

test("it is provisioned, and everything on its checklist is ticked", async () => {
  const runId = await startService(sam, {
    identity: { name, purpose: "Shown from its first day to its last" },
    placement: {
      ...{ image: world().images?.web["1.0"] ?? "", memoryMb: 64 },
      volumes: [{ name: "spool", target: "/spool", readOnly: false }],
    },
    data: { database: "mariadb", filesFolder: true },
    watching: { monitored: true, monitors: ["uptime-kuma", "healthchecks"] },
  });
  await finishRun(sam, runId);
  await expectTicks((ticks) => {
    expect(ticks.length).toBeGreaterThan(5);
    expect(ticks.filter(({ state }) => state !== "true").map(({ title, reason }) => `${title}: ${reason}`)).toEqual([]);
  });
  await sam.goto(`/services/${name}/checklist`);
  await expect(sam.getByRole("heading", { name, level: 1 })).toBeVisible();
  mkdirSync(join(folder(), "uploads"));
  writeFileSync(join(folder(), "uploads", "minutes.txt"), "What was said");
});

test("its name is taken away outside the panel: the tick goes, says since when and why, and mails the owner", async () => {
  const before = Date.now();
  await removeOutside(host, "A", RECORD_TTL_S, world().env.INGRESS_IPV4 ?? "");
  await expectTicks((ticks) => {
    const gone = ticks.filter(({ state }) => state === "false");
    expect(gone.map(({ title }) => title)).toContainEqual(expect.stringContaining(host));
    const tick = gone.find(({ title }) => title.includes(host));
    expect(tick?.reason).toContain(host);
    expect(Date.parse(tick?.since ?? "")).toBeGreaterThan(before - 1_000);
  });
  await sam.goto(`/services/${name}/checklist`);
  await expect(sam.getByText(`Point ${host} at`).first()).toBeVisible();
  await expect
    .poll(async () => (await mailTo("sam@seaworthy.test")).filter((mail) => mail.text.includes(host)).length, {
      timeout: 60_000,
    })
    .toBeGreaterThan(0);
});

test("it is decommissioned: chosen, planned, its name typed, and over when all of it is proven gone", async () => {
  await sam.goto(`/services/${name}`);
  await sam.getByRole("button", { name: `More about ${name}` }).click();
  await sam.getByRole("menuitem", { name: "Decommission…" }).click();
  await expect(
    sam.getByRole("radiogroup", { name: "Its files" }).getByRole("radio", { name: "Archive" }),
  ).toBeChecked();
  await sam.getByRole("button", { name: "Show the plan" }).click();
  const end = sam.getByRole("button", { name: `Decommission ${name}` });
  await expect(end).toBeEnabled({ timeout: 90_000 });
  await expect(sam.getByText(`remove swarm service ${stack}_db`)).toBeVisible();
  // Nothing was touched by planning.
  expect(await docker("service", "ls", "-q", "--filter", `label=seaworthy.service=${name}`)).not.toBe("");
  await end.click();
  const dialog = sam.getByRole("dialog");
  const sure = dialog.getByRole("button", { name: `Decommission ${name}` });
  await expect(sure).toBeDisabled();
  await dialog.getByRole("textbox").fill(name);
  await sure.click();
  await expect(sam).toHaveURL(/\/runs\/\d+/);
  const runId = Number(/\/runs\/(\d+)/.exec(sam.url())?.[1]);
  await finishRun(sam, runId);
  await expect(sam.getByText(/^Done$/).first()).toBeVisible();
});

test("asked from outside, nothing is left but its archive and its last backup", async () => {
  for (const kind of ["service", "network", "volume", "secret"])
    expect(await docker(kind, "ls", "-q", "--filter", `label=seaworthy.service=${name}`), kind).toBe("");
  expect(await docker("ps", "-aq", "--filter", `label=seaworthy.service=${name}`)).toBe("");
  for (const one of [host, `direct.${host}`]) await expectAnswers(one, "A", []);
  expect(existsSync(folder())).toBe(false);

  const archives = join(world().env.SERVICES_ROOT ?? "", ".archive");
  const mine = readdirSync(archives).filter((file) => file.includes(name));
  expect(mine).toHaveLength(1);
  const hash = createHash("sha256")
    .update(readFileSync(join(archives, mine[0] ?? "")))
    .digest("hex");
  await sam.goto(`/services/${name}/decommission`);
  await expect(sam.getByText("Archive of its files")).toBeVisible();
  const { body } = await callApi(sam, "GET", `/services/${name}/decommission`);
  expect(body.service.state).toBe("retired");
  expect(body.left.archives).toMatchObject([{ path: join(archives, mine[0] ?? ""), sha256: hash }]);
  expect(body.left.kept).toEqual([]);
  expect(listBackupFiles().filter((file) => file.includes(`/${name}/`) && file.endsWith("manifest.json"))).toHaveLength(
    body.left.backups.length,
  );
  const newest = body.left.backups.filter((one: { policy: string }) => one.policy === "database")[0];
  expect(newest).toMatchObject({ isProven: true });
  const mails = await mailTo("sam@seaworthy.test");
  expect(mails.filter(({ subject }) => subject === `${name} is decommissioned`)).toHaveLength(1);
  // Its backups stay to be seen; nobody makes it a policy again.
  await sam.goto(`/services/${name}/backups`);
  await expect(sam.getByRole("region", { name: "Backups", exact: true })).toBeVisible();
  await expect(sam.getByRole("link", { name: "Make a policy" })).toHaveCount(0);
});

test("the monitors and the repository do not know it any more", async () => {
  const { env } = world();
  if (env.UPTIME_KUMA_URL) expect(await kumaMonitors(name)).toEqual([]);
  if (env.HEALTHCHECKS_API_URL) expect(await healthchecksOf(name)).toEqual([]);
  if (!env.CONFIG_REPOSITORY_URL) return;
  const paths = await repositoryPaths(name, "main");
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !path.startsWith(".retired-services/"))).toEqual([]);
});
