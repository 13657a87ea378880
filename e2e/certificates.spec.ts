import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { type Download, expect, type Page, test } from "@playwright/test";
import { readPanelRows } from "../local/test-world.ts";
import { expectAnswers, mailTo, pebbleRoot, verifyChain, world } from "./outside.ts";
import { callApi } from "./panel-api.ts";
import { signIn } from "./people.ts";

const run = promisify(execFile);
const PASSPHRASE = 'a passphrase: with "signs"';
/** A page as a whole, and as the data a click within the panel fetches. */
const REQUESTS: Record<string, string>[] = [{}, { RSC: "1" }];
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

test.describe.configure({ mode: "serial" });

let sam: Page;
let folder: string;
let path: string;
let id: string;
let base: string;
let keyPem: string;

/** What a person who clicks has on their disk afterwards. */
async function save(download: Promise<Download>): Promise<{ name: string; file: string; text: string }> {
  const done = await download;
  const file = join(folder, done.suggestedFilename());
  await done.saveAs(file);
  return { name: done.suggestedFilename(), file, text: await readFile(file, "utf8") };
}

const press = (name: string) => async () => {
  const download = sam.waitForEvent("download");
  await sam.getByRole(/full|issuers|certificate$/.test(name) ? "link" : "button", { name, exact: true }).click();
  return save(download);
};

const steps = () => sam.getByRole("list", { name: "Steps" }).getByRole("listitem");
const servedChain = async () =>
  (await (await sam.request.get(`/api/v1/certificates/${id}/fullchain.pem`)).text()) as string;

async function revokeAndForget(certificateId: string): Promise<void> {
  const at = `/certificates/${certificateId}`;
  const read = async () => (await callApi(sam, "GET", at)).body;
  await expect.poll(async () => (await read()).work, { timeout: 60_000 }).toBeNull();
  await callApi(sam, "POST", `${at}/revoke`, { reason: "superseded", name: (await read()).names[0] });
  await expect.poll(async () => (await read()).state, { timeout: 60_000 }).not.toBe("issued");
  await expect.poll(async () => (await read()).work, { timeout: 60_000 }).toBeNull();
  expect((await callApi(sam, "DELETE", at)).status).toBe(200);
}

/** A certificate of a journey before this one would be offered in place of a new one. */
async function takeAwayOld(): Promise<void> {
  const { body } = await callApi(sam, "GET", "/certificates/places");
  if (body.personal.certificate) await revokeAndForget(body.personal.certificate.id);
}

test.beforeAll(async ({ browser, baseURL }) => {
  folder = await mkdtemp(join(tmpdir(), "seaworthy-certificates-"));
  sam = await (await browser.newContext({ acceptDownloads: true, ...(baseURL ? { baseURL } : {}) })).newPage();
  await signIn(sam, /Sam Sand/);
  await takeAwayOld();
});

test.afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await sam.context().close();
});

test("one press orders the wildcard of one's own, and each step goes by", async () => {
  await sam.goto("/domains/certificates");
  await sam.getByRole("link", { name: "New certificate" }).first().click();
  await sam.getByRole("button", { name: "Get my wildcard" }).click();
  await expect(sam).toHaveURL(/\/domains\/certificates\/[0-9a-f-]{36}$/);
  path = new URL(sam.url()).pathname;
  id = path.split("/").at(-1) ?? "";
  await expect(sam.getByRole("heading", { level: 1 })).toContainText(`.${world().env.ROOT_DOMAIN}`);
  await expect(steps()).toHaveCount(8);
  await expect(sam.getByText("Issued", { exact: true }).first()).toBeVisible({ timeout: 120_000 });
  await expect(sam.getByRole("heading", { name: "Download" })).toBeVisible();
  for (const title of ["Order", "Proof published", "Name servers answer", "Signed", "Stored", "Proof removed"])
    await expect(steps().filter({ hasText: title })).toContainText("Done");
  const { body } = await callApi(sam, "GET", `/certificates/${id}`);
  base = body.names[1];
  expect(body.names).toEqual([`*.${base}`, base]);
  expect(body.orders[0].phases.map((one: { phase: string }) => one.phase)).toEqual(
    expect.arrayContaining(["order", "challenges", "servers", "validation", "finalise", "stored", "cleaned"]),
  );
  await expectAnswers(`_acme-challenge.${base}`, "TXT", []);
});

test("its owner is told by mail", async () => {
  await expect
    .poll(async () => (await mailTo("sam@seaworthy.test")).some((mail) => mail.text.includes(id)), { timeout: 60_000 })
    .toBe(true);
});

test("the full chain is full and leads to the authority's root; key and PKCS #12 fit it", async () => {
  await sam.goto(path);
  const fullchain = await press("Download full chain")();
  expect(fullchain.name).toBe(`wildcard.${base}.fullchain.pem`);
  const certificates = fullchain.text.match(CERTIFICATE) ?? [];
  expect(certificates.length).toBeGreaterThan(1);
  const leaf = verifyChain(fullchain.text, await pebbleRoot());
  expect([leaf.checkHost(base), leaf.checkHost(`anything.${base}`)]).toEqual([base, `*.${base}`]);

  const certificate = await press("Download certificate")();
  const issuers = await press("Download issuers")();
  expect(certificate.text.match(CERTIFICATE)).toEqual(certificates.slice(0, 1));
  expect(issuers.text.match(CERTIFICATE)).toEqual(certificates.slice(1));

  const key = await press("Download private key")();
  keyPem = key.text;
  expect(leaf.checkPrivateKey(createPrivateKey(key.text))).toBe(true);

  await sam.getByRole("button", { name: "Make…" }).click();
  await sam.getByLabel("Passphrase", { exact: true }).fill("short");
  await sam.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  await expect(sam.getByRole("alert").filter({ hasText: "at least 8" })).toBeVisible();
  await sam.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  const download = sam.waitForEvent("download");
  await sam.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  const pkcs12 = await save(download);
  expect(pkcs12.name).toBe(`wildcard.${base}.p12`);
  const openssl = (passphrase: string) =>
    run("openssl", ["pkcs12", "-in", pkcs12.file, "-passin", `pass:${passphrase}`, "-nodes"], { timeout: 20_000 });
  const { stdout } = await openssl(PASSPHRASE);
  expect((stdout.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem).serialNumber)).toContain(
    leaf.serialNumber,
  );
  expect(stdout.match(CERTIFICATE)).toHaveLength(certificates.length);
  await expect(openssl("wrong")).rejects.toThrow(/mac verify/i);
  createSecureContext({ pfx: await readFile(pkcs12.file), passphrase: PASSPHRASE });
});

test("each key that was taken is on record, the passphrase is not", async () => {
  const rows = await readPanelRows<{ detail: string; actorName: string }>(
    "SELECT actorName, CAST(detail AS CHAR) AS detail FROM AuditEvent WHERE action = 'certificates.downloadKey' AND subjectId = ? ORDER BY id",
    [id],
  );
  expect(rows.map((row) => row.actorName)).toEqual(["Sam Sand", "Sam Sand"]);
  expect(rows.map((row) => JSON.parse(row.detail).form)).toEqual(["pem", "pkcs12"]);
  const leaked = await readPanelRows<{ n: number }>("SELECT COUNT(*) AS n FROM AuditEvent WHERE detail LIKE ?", [
    "%a passphrase:%",
  ]);
  expect(Number(leaked[0]?.n)).toBe(0);
});

test("no page and no answer of the API holds a key or a PEM, for its owner neither", async () => {
  const middle = keyPem.split("\n")[1] ?? "?";
  for (const address of [path, "/domains/certificates", "/", `/api/v1/certificates/${id}`, "/api/v1/certificates"]) {
    for (const headers of REQUESTS) {
      const text = await (await sam.request.get(address, { headers })).text();
      expect(text).not.toMatch(/BEGIN (EC |RSA )?PRIVATE KEY|BEGIN CERTIFICATE/);
      expect(text).not.toContain(middle);
    }
  }
});

for (const [who, person] of [
  ["another of the staff", /Steph Stone/],
  ["a manager", /Mark Mast/],
  ["a viewer", /Vera Vale/],
] as const)
  test(`${who} gets nothing of it`, async ({ page }) => {
    await signIn(page, person);
    for (const headers of REQUESTS) {
      const answer = await page.request.get(path, { headers });
      const text = await answer.text();
      expect(text).not.toContain(base);
      expect(text).not.toContain("PRIVATE KEY");
    }
    await page.goto(path);
    await expect(page.getByText(base)).toHaveCount(0);
    const { origin } = new URL(page.url());
    for (const [method, rest] of [
      ["GET", ""],
      ["GET", "/fullchain.pem"],
      ["POST", "/key.pem"],
      ["POST", "/renew"],
      ["DELETE", ""],
    ] as const) {
      const answer = await page.request.fetch(`/api/v1/certificates/${id}${rest}`, { method, headers: { origin } });
      expect([403, 404]).toContain(answer.status());
      expect(await answer.text()).not.toContain(base);
    }
    const list = await page.request.get(`/api/v1/certificates?q=${base}`);
    expect((await list.json()).total).toBe(0);
  });

test("nobody gets a page or a file without signing in", async ({ browser, baseURL }) => {
  const context = await browser.newContext(baseURL ? { baseURL } : {});
  const answer = await context.request.get(`/api/v1/certificates/${id}/fullchain.pem`);
  expect(answer.status()).toBe(401);
  const page = await context.newPage();
  await page.goto(path);
  await expect(page).toHaveURL(/\/sign-in/);
  await context.close();
});

test("renewed now, the old one is served and downloadable until the new one is", async () => {
  const before = await servedChain();
  const seen = new Set<string>();
  await sam.goto(path);
  const look = async () => {
    seen.add(await servedChain());
    const { body } = await callApi(sam, "GET", `/certificates/${id}`);
    return body.orders.filter((one: { state: string }) => one.state === "valid").length === 2 && body.work === null;
  };
  // From before the press on: a renewal may take less than a second.
  await Promise.all([
    expect.poll(look, { timeout: 120_000, intervals: [100] }).toBe(true),
    sam.getByRole("button", { name: "Renew now" }).click(),
  ]);
  await expect(sam.getByText("Renewal, step by step")).toBeVisible();
  const after = await servedChain();
  // At every moment one whole chain, the old one or the new one.
  expect([...seen].every((chain) => chain === before || chain === after)).toBe(true);
  expect(seen.has(before)).toBe(true);
  const root = await pebbleRoot();
  expect(verifyChain(after, root).serialNumber).not.toBe(verifyChain(before, root).serialNumber);
  await expect(sam.getByRole("row").filter({ hasText: "serves now" })).toContainText("Renewal");
});

test("names are judged as they are typed, and a certificate request is read", async () => {
  await sam.goto("/domains/certificates/new");
  const names = sam.getByRole("list", { name: "Names in the certificate" }).getByRole("listitem");
  await sam.getByLabel("Names", { exact: true }).fill(`pads.${base}\nexample.com`);
  await expect(names.filter({ hasText: `pads.${base}` })).toContainText("Possible");
  await expect(names.filter({ hasText: "example.com" })).toContainText("none of the zones");
  await expect(sam.getByRole("button", { name: "Get the certificate" })).toBeDisabled();

  await sam.getByLabel("Names", { exact: true }).fill(`${base} *.${base}`);
  await expect(names.filter({ hasText: `*.${base} covers this name` })).toHaveCount(0);
  await expect(sam.getByText("There is a certificate for exactly these names")).toBeVisible();

  await sam.getByRole("radio", { name: /I do/ }).click();
  const csr = join(folder, "own.csr");
  await run("openssl", [
    ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", join(folder, "own.key"), "-out", csr],
    ...["-subj", "/", "-addext", `subjectAltName=DNS:own.${base}`],
  ]);
  await sam.getByLabel("File with the certificate request").setInputFiles(csr);
  await expect(names.filter({ hasText: `own.${base}` })).toContainText("Possible");
  await expect(sam.getByText("Its key: RSA 2048")).toBeVisible();
});

test("with a request of one's own the certificate fits the key that never left, and none is offered", async () => {
  await sam.getByRole("button", { name: "Get the certificate" }).click();
  await expect(sam).toHaveURL(/\/domains\/certificates\/[0-9a-f-]{36}$/);
  const own = new URL(sam.url()).pathname.split("/").at(-1) ?? "";
  await expect(sam.getByText("it never came here")).toBeVisible({ timeout: 120_000 });
  await expect(sam.getByRole("button", { name: "Download private key" })).toHaveCount(0);
  const chain = await (await sam.request.get(`/api/v1/certificates/${own}/fullchain.pem`)).text();
  const leaf = verifyChain(chain, await pebbleRoot());
  expect(leaf.checkPrivateKey(createPrivateKey(await readFile(join(folder, "own.key"), "utf8")))).toBe(true);
  expect((await callApi(sam, "POST", `/certificates/${own}/key.pem`)).body.error.code).toBe("certificates.no_key");
  await revokeAndForget(own);
});

test("revoked after its name was typed, it is gone from the downloads and can be taken away", async () => {
  await sam.goto(path);
  await sam.getByRole("button", { name: "Revoke" }).click();
  const dialog = sam.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Revoke it for good" })).toBeDisabled();
  await dialog.getByLabel("Reason").selectOption("superseded");
  await dialog.getByLabel(/^Type/).fill(`*.${base}`);
  await dialog.getByRole("button", { name: "Revoke it for good" }).click();
  await expect(sam.getByText("This certificate was revoked")).toBeVisible({ timeout: 60_000 });
  await expect(sam.getByRole("heading", { name: "Download" })).toHaveCount(0);
  expect((await sam.request.get(`/api/v1/certificates/${id}/fullchain.pem`)).status()).toBe(409);
  await expect(sam.getByRole("button", { name: "Take away" })).toBeVisible({ timeout: 30_000 });
  await sam.getByRole("button", { name: "Take away" }).click();
  await sam.getByRole("dialog").getByRole("button", { name: "Take it away" }).click();
  await expect(sam).toHaveURL(/\/domains\/certificates$/);
  expect((await callApi(sam, "GET", `/certificates/${id}`)).status).toBe(404);
});
