import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { chromium, expect, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import {
  askHttps,
  containerOf,
  docker,
  expectAnswers,
  inspectStack,
  listBackupFiles,
  mailTo,
  mariadbIn,
  pebbleRoot,
  registryDigest,
  replicasOf,
  restoreByHand,
  verifyChain,
  world,
} from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { signIn } from "./people.ts";
import { Wizard } from "./wizard.ts";

const name = `pads-${Date.now().toString(36).slice(-6)}`;
const stack = `${name}-production`;
const host = `${name}.seaworthy.test`;
const database = name.replaceAll("-", "_");

test.describe.configure({ mode: "serial" });

test("staff provision a service from the wizard to running, within forty clicks and fields", async ({ page }) => {
  const image = world().images?.web["1.0"] ?? "";
  await signIn(page, /Sam Sand/);
  const wizard = new Wizard(page);
  await wizard.begin();
  await wizard.fill("Name", name);
  await wizard.fill("What is it for?", "Shared notes for the design team");
  await wizard.continueTo("Where it runs");
  await wizard.fill("Image", image);
  await wizard.continueTo("Sign-in");
  await wizard.continueTo("Data");
  await wizard.click("radio", /^MariaDB/);
  await page.getByRole("radiogroup", { name: "Does it keep files?" }).getByRole("radio", { name: "Yes" }).click();
  wizard.clicks++;
  await wizard.click("button", "Skip to review");
  await expect(page.getByRole("button", { name: `Provision ${name}` })).toBeEnabled({ timeout: 60_000 });
  await wizard.click("button", `Provision ${name}`);
  await expect(page).toHaveURL(/\/runs\/\d+/);
  await expect(page.getByRole("heading", { name: `Provision ${name}` })).toBeVisible();

  // What a machine cannot do waits for a person; this one has done it.
  const done = page.getByText(/^Done$/).first();
  const asked = page.getByRole("region", { name: "For a person to do" });
  await expect(async () => {
    if (await asked.isVisible()) {
      await asked.getByRole("textbox").fill("Added by hand, checked in the browser");
      await asked.getByRole("button", { name: "Confirm" }).click();
      wizard.fields++;
      wizard.clicks++;
    }
    const [run] = await readPanelRows<{ state: string }>(
      "SELECT r.state FROM Run r JOIN Service s ON s.id = r.serviceId WHERE s.name = ? AND r.mode = 'apply' ORDER BY r.id DESC LIMIT 1",
      [name],
    );
    expect(run?.state).toBe("succeeded");
  }).toPass({ timeout: 150_000, intervals: [500] });
  await expect(done).toBeVisible();
  await page.goto(`/services/${name}`);
  await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
  console.log(`clicks ${wizard.clicks}, fields ${wizard.fields}`);
  expect(wizard.clicks + wizard.fields).toBeLessThanOrEqual(40);
});

test("Docker lists the converged stack with the reviewed digest and its secrets", async () => {
  const services = await inspectStack(stack);
  expect(services.map((service) => service.Spec.Name).sort()).toEqual([`${stack}_app`, `${stack}_db`]);
  await expect.poll(() => replicasOf(stack)).toEqual(["1/1", "1/1"]);
  const app = services.find((service) => service.Spec.Name === `${stack}_app`)?.Spec.TaskTemplate.ContainerSpec;
  const image = world().images?.web["1.0"] ?? "";
  expect(app?.Image).toContain(`@${await registryDigest(image)}`);
  expect(app?.Secrets?.map((secret) => secret.SecretName)).toContain(`services.${name}.db_pass`);
  expect(await docker("secret", "ls", "--format", "{{.Name}}")).toContain(`services.${name}.db_pass`);
});

test("its folder is there with the owner and mode that were asked for", () => {
  const folder = statSync(`${world().env.SERVICES_ROOT}/${name}`);
  expect([folder.uid, folder.gid, (folder.mode & 0o777).toString(8)]).toEqual([1000, 1000, "750"]);
});

test("the authoritative server answers its names", async () => {
  await expectAnswers(host, "A", [world().env.INGRESS_IPV4 ?? ""]);
  await expectAnswers(`direct.${host}`, "A", [world().env.INGRESS_IPV4 ?? ""]);
  await expectAnswers(`_acme-challenge.${host}`, "TXT", []);
});

test("the stored chain leads to the authority's root and is for the right name", async () => {
  const [row] = await readPanelRows<{ chainPem: string }>(
    "SELECT c.chainPem FROM Certificate c JOIN Service s ON s.id = c.serviceId WHERE s.name = ? AND c.state = 'issued'",
    [name],
  );
  const leaf = verifyChain(row?.chainPem ?? "", await pebbleRoot());
  expect(leaf.checkHost(host)).toBe(host);
});

const findCertificate = async () => {
  const [row] = await readPanelRows<{ id: string; serial: string }>(
    "SELECT c.id, c.serial FROM Certificate c JOIN Service s ON s.id = c.serviceId WHERE s.name = ? AND c.state = 'issued'",
    [name],
  );
  return row ?? { id: "", serial: "" };
};

test("both names answer HTTPS through Caddy with the chain Pebble issued, and reach the service", async () => {
  const { serial } = await findCertificate();
  for (const one of [host, `direct.${host}`]) {
    const answer = await askHttps(one);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("1.0");
    expect(answer.leaf.checkHost(one)).toBeTruthy();
    expect(answer.leaf.serialNumber).toBe(serial);
  }
});

test("a browser opens the service's address, and is sent from HTTP to HTTPS", async () => {
  const { leaf } = await askHttps(host);
  const key = createHash("sha256")
    .update(leaf.publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...launchOptions,
    args: [
      ...(launchOptions?.args ?? []),
      `--host-resolver-rules=MAP ${host} ${world().world.ingressAddress}`,
      // The browser does not know Pebble's root; that the chain leads there is proven above. Only this very key is let through.
      `--ignore-certificate-errors-spki-list=${key}`,
    ],
  });
  try {
    const visitor = await browser.newPage();
    await visitor.goto(`http://${host}/`);
    expect(visitor.url()).toBe(`https://${host}/`);
    await expect(visitor.locator("body")).toContainText("1.0");
  } finally {
    await browser.close();
  }
});

test("what it serves is seen by the panel itself", async () => {
  const read = async () => {
    const rows = await readPanelRows<{ hostname: string; state: string }>(
      "SELECT hostname, state FROM ServedCertificate WHERE hostname IN (?, ?) ORDER BY hostname",
      [host, `direct.${host}`],
    );
    return rows.map((row) => `${row.hostname} ${row.state}`).sort();
  };
  await expect.poll(read, { timeout: 60_000 }).toEqual([`direct.${host} right`, `${host} right`]);
});

test("a renewed certificate is served, and no request fails meanwhile", async ({ page }) => {
  const before = await findCertificate();
  await signIn(page, /Sam Sand/);
  const started = await callApi(page, "POST", `/certificates/${before.id}/renew`);
  expect(started.status).toBe(202);
  const serials = new Set<string>();
  await expect(async () => {
    const { status, leaf } = await askHttps(host);
    expect(status).toBe(200);
    serials.add(leaf.serialNumber);
    const { serial } = await findCertificate();
    expect(serial).not.toBe(before.serial);
    expect(leaf.serialNumber).toBe(serial);
  }).toPass({ timeout: 60_000, intervals: [100] });
  expect([...serials]).toEqual([before.serial, (await findCertificate()).serial]);
});

test("a request reaches the service's task at the address its page names", async ({ page }) => {
  const app = (await inspectStack(stack)).find((service) => service.Spec.Name === `${stack}_app`);
  const port = app?.Endpoint.Ports?.[0]?.PublishedPort;
  await signIn(page, /Sam Sand/);
  await page.goto(`/services/${name}`);
  await expect(page.getByText(`${world().world.ingressAddress}:${port}/tcp`)).toBeVisible();
  const answer = await fetch(`http://${world().world.ingressAddress}:${port}/`, {
    signal: AbortSignal.timeout(10_000),
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("1.0");
});

test("the owner has a mail that says so", async () => {
  const mails = (await mailTo("sam@seaworthy.test")).filter((mail) => mail.subject.includes(name));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain(`https://${host}`);
});

test("a backup taken in the browser restores by hand into an empty database with every row", async ({ page }) => {
  const container = await containerOf(`${stack}_db`);
  await mariadbIn(
    container,
    database,
    "CREATE TABLE note (id INT PRIMARY KEY AUTO_INCREMENT, body TEXT); INSERT INTO note (body) SELECT CONCAT('note ', seq, ' with a Ünïcödé word') FROM seq_1_to_5000",
  );
  const before = new Set(listBackupFiles());
  await signIn(page, /Sam Sand/);
  await page.goto(`/services/${name}/backups`);
  await page.getByRole("region", { name: "Policy database" }).getByRole("button", { name: "Back up now" }).click();
  // Written last: what has none is not a backup.
  const findManifest = () => listBackupFiles().find((one) => !before.has(one) && one.endsWith("/manifest.json"));
  await expect.poll(findManifest, { timeout: 60_000 }).toBeDefined();
  const file = findManifest()?.replace(/manifest\.json$/, "database.sql.zst");
  const scratch = await restoreByHand(file ?? "", world().images?.mariadb ?? "", database);
  try {
    const count = "SELECT COUNT(*), SUM(CRC32(body)) FROM note";
    expect(await mariadbIn(scratch, database, count)).toEqual(await mariadbIn(container, database, count));
    expect((await mariadbIn(scratch, database, count))[0]).toMatch(/^5000\t/);
  } finally {
    await docker("kill", scratch);
  }
});
