import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** A4, upright, at 96 dots an inch. */
const PAPER = { width: 794, height: 1123 };
const SCHEMES = ["light", "dark"] as const;

/** Collects what the browser complains of: errors on the console, thrown errors, refusals of the content policy. */
function listenForTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(message.text());
  });
  return trouble;
}

/** What axe finds serious or critical, one line each, with where. */
async function findViolations(page: Page, onlyColours: boolean): Promise<string[]> {
  // Every violation is told in full; of what is right, which nobody reads, describing each element would take as long again.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
  const { violations } = await (onlyColours ? axe.withRules(["color-contrast"]) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`));
}

/** By how many pixels the page is wider than the window, and the text of what sticks out; null: it is not. */
const findOverflow = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return null;
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.children.length === 0 && element.getBoundingClientRect().right > clientWidth,
    );
    return {
      pixels: scrollWidth - clientWidth,
      wide: wide.map(({ outerHTML }) => outerHTML.slice(0, 200)).slice(0, 3),
    };
  });

/** A page with somebody before it who notes what the browser complains of. */
export class Visitor {
  readonly page: Page;
  private readonly trouble: string[];

  constructor(page: Page) {
    this.page = page;
    this.trouble = listenForTrouble(page);
  }

  /** Goes to an address and waits until its page has settled. */
  async visit(path: string): Promise<void> {
    this.trouble.length = 0;
    await this.page.goto(path);
    await expect(this.page.locator("h1").first()).toBeVisible();
    await expect(this.page.locator("[aria-busy=true]")).toHaveCount(0);
  }

  /** Looks at the page as it stands. `expected`: a complaint that belongs to it. */
  async look(expected?: string): Promise<void> {
    await expectAccessible(this.page);
    expect.soft(this.trouble.filter((line) => !expected || !line.includes(expected))).toEqual([]);
  }

  /** Looks at the page as it comes out on paper: nothing beside it, nothing cut off. */
  async lookPrinted(): Promise<void> {
    await this.page.emulateMedia({ media: "print" });
    await this.page.setViewportSize(PAPER);
    await expect.soft(this.page.getByRole("navigation", { name: "Main" })).toBeHidden();
    await expect.soft(this.page.getByRole("button", { name: "Print" })).toBeHidden();
    expect.soft(await findOverflow(this.page)).toBeNull();
    await this.page.emulateMedia({ media: "screen" });
    await this.page.setViewportSize(WIDE);
  }

  check(path: string): Promise<void> {
    return test.step(path, async () => {
      await this.visit(path);
      await this.look();
    });
  }
}

/** Looks at the page as it stands, wide and on a phone, light and dark. Colours alone change with the theme. */
async function expectAccessible(page: Page): Promise<void> {
  const findings: Record<string, unknown> = {};
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    for (const scheme of SCHEMES) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${scheme}\\b`));
      const found = await findViolations(page, scheme === "dark");
      if (found.length > 0) findings[`${size.width} ${scheme}`] = found;
    }
    const sideways = await findOverflow(page);
    if (sideways) findings[`${size.width} scrolls sideways`] = sideways;
  }
  await page.setViewportSize(WIDE);
  expect.soft(findings).toEqual({});
}
