import { type Browser, expect, type Page } from "@playwright/test";

/** Signs in as one of the identity provider's people and lands on Home. */
export async function signIn(page: Page, person: RegExp): Promise<void> {
  await page.goto("/");
  await page.getByRole("link", { name: /sign in/i }).click();
  await page.getByRole("button", { name: person }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();
}

/** Somebody at a browser of their own, beside the test's. */
export async function openAs(browser: Browser, baseURL: string | undefined, person: RegExp): Promise<Page> {
  const context = await browser.newContext(baseURL ? { baseURL } : {});
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}
