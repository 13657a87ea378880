import { expect, test } from "@playwright/test";
import { callApi } from "./panel-api.ts";
import { signIn } from "./people.ts";
import { Visitor } from "./visit.ts";

test("an administrator looks through somebody's eyes, can change nothing meanwhile, and comes back", async ({
  page,
  browser,
  baseURL,
}) => {
  // Sam has to have signed in once to be known.
  const other = await browser.newContext({ ...(baseURL ? { baseURL } : {}) });
  await signIn(await other.newPage(), /Sam Sand/);
  await other.close();

  const ada = new Visitor(page);
  await signIn(page, /Ada Anchor/);
  await ada.check("/people");
  await page.getByRole("button", { name: "Actions for Sam Sand" }).click();
  await page.getByRole("menuitem", { name: "See the panel as Sam Sand" }).click();
  await expect(page.getByText("You see the panel as Sam Sand. Nothing can be changed.")).toBeVisible();
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  const refused = await callApi(page, "POST", "/drafts");
  expect(refused).toMatchObject({ status: 403, body: { error: { code: "view_as.read_only" } } });
  await ada.look("403");

  await page.getByRole("button", { name: "Back to my own view" }).click();
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  await ada.check("/audit");
  await expect(page.getByText("users.viewAs").first()).toBeVisible();
});

test("a token is shown once, works, and is refused once it is revoked", async ({ page, request }) => {
  const sam = new Visitor(page);
  await signIn(page, /Sam Sand/);
  await sam.check("/account");
  const name = `ci-${Date.now().toString(36)}`;
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  expect(token).toMatch(/^sw_/);
  await page.getByRole("button", { name: "Done" }).click();
  const ask = () => request.get("/api/v1/session", { headers: { authorization: `Bearer ${token}` } });
  expect((await ask()).status()).toBe(200);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await page.content()).not.toContain(token);
  const row = page.getByRole("row", { name: new RegExp(name) });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  // Rows behind a dialog are hidden from readers: the dialog has to be gone first.
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row).toHaveCount(0);
  expect((await ask()).status()).toBe(401);
});

test("people and the audit record are not there for staff", async ({ page }) => {
  await signIn(page, /Sam Sand/);
  for (const path of ["/people", "/audit"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: /not here|no such|nothing/i })).toBeVisible();
  }
});
