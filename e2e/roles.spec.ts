import { expect, test } from "@playwright/test";
import { byHand, callApi, cancelRun, startService } from "./panel-api.ts";
import { signIn } from "./people.ts";

const first = `agenda-${Date.now().toString(36).slice(-6)}`;
const second = `${first}-archive`;

test("a viewer sees services and cannot begin one, in the browser or through the API", async ({ page }) => {
  await signIn(page, /Vera Vale/);
  for (const path of ["/", "/services"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("link", { name: /New service|Provision (the|your) first/ })).toHaveCount(0);
  }
  await page.goto("/services/new");
  await expect(page.getByRole("button", { name: "Start a new service" })).toHaveCount(0);
  expect((await callApi(page, "GET", "/services")).status).toBe(200);
  const refused = await callApi(page, "POST", "/drafts");
  expect(refused.status).toBe(403);
  expect(refused.body.error.message).toBeTruthy();
});

test("somebody without a role gets a page that says so, and no session", async ({ page, context }) => {
  await page.goto("/");
  await page.getByRole("link", { name: /sign in/i }).click();
  await page.getByRole("button", { name: /Nora Net/ }).click();
  await expect(page).toHaveURL(/\/no-access/);
  await expect(page.getByRole("heading", { name: "You have no role here yet" })).toBeVisible();
  expect((await callApi(page, "GET", "/services")).status).toBe(401);
  await page.goto("/services");
  await expect(page).toHaveURL(/\/sign-in/);
  const cookies = await context.cookies();
  expect(cookies.filter((cookie) => /session/i.test(cookie.name) && !/saml|login/i.test(cookie.name))).toEqual([]);
});

test("signing out ends the session with the next request, also for whoever kept its cookie", async ({ page }) => {
  await signIn(page, /Vera Vale/);
  const kept = await page.context().cookies();
  await page.getByRole("button", { name: /Vera Vale/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await page.context().addCookies(kept);
  expect((await callApi(page, "GET", "/services")).status).toBe(401);
  await page.goto("/services");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("the keyboard alone finds a page, begins a service, and walks the list of services", async ({ page }) => {
  await signIn(page, /Sam Sand/);
  for (const name of [first, second]) await cancelRun(page, await startService(page, byHand(name)));
  const palette = page.getByRole("dialog", { name: "Search or do" });

  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await page.keyboard.type("new serv");
  await expect(palette.getByRole("option", { name: "Provision a new service" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/services\/new$/);
  await expect(palette).toBeHidden();

  await page.keyboard.press("Control+k");
  await page.keyboard.type(second);
  await expect(palette.getByRole("option", { name: new RegExp(second) })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/services/${second}$`));

  const rows = page.getByRole("table", { name: "Services" });
  await page.goto(`/services?q=${first}`);
  await expect(rows.getByRole("link", { name: first, exact: true })).toBeVisible();
  // The page listens once it is alive: the first press that is heard marks the first row.
  await expect(async () => {
    await page.keyboard.press("k");
    await expect(rows.getByRole("link", { name: first, exact: true })).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("j");
  await expect(rows.getByRole("link", { name: second, exact: true })).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/services/${first}$`));
});
