import { expect, type Page } from "@playwright/test";

/** The wizard as a person uses it; counts what their hands do. */
export class Wizard {
  private readonly page: Page;
  clicks = 0;
  fields = 0;

  constructor(page: Page) {
    this.page = page;
  }

  async click(role: "link" | "button" | "radio", name: string | RegExp): Promise<void> {
    await this.page.getByRole(role, { name }).first().click();
    this.clicks++;
  }

  async fill(name: string | RegExp, text: string): Promise<void> {
    await this.page.getByRole("textbox", { name }).first().fill(text);
    this.fields++;
  }

  async begin(): Promise<void> {
    await this.page.goto("/");
    await this.click("link", "New service");
    await this.click("button", "Start a new service");
    await this.expectPage("What it is");
  }

  async continueTo(title: string): Promise<void> {
    await this.click("button", /^Continue/);
    await this.expectPage(title);
  }

  /** Until everything typed so far is on the server. */
  async expectSaved(): Promise<void> {
    await expect(this.page.getByText(/^Saved/)).toBeVisible();
  }

  async expectPage(title: string): Promise<void> {
    await expect(this.page.getByRole("heading", { name: title, level: 2 })).toBeVisible();
  }
}
