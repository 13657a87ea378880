import { existsSync, readFileSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const chromium = "/usr/bin/chromium";
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The panel to visit: the one `npm test` started, else that of a running demo. */
function findPanelUrl(): string | undefined {
  if (process.env.SEAWORTHY_URL) return process.env.SEAWORTHY_URL;
  try {
    return (JSON.parse(readFileSync(".local/demo.json", "utf8")) as { url: string }).url;
  } catch {
    return undefined;
  }
}

const baseURL = findPanelUrl();

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 1,
  // What is waited for is a condition; these only end what would never come. A machine may be slow.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    ...(baseURL ? { baseURL } : {}),
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    timezoneId: "America/Vancouver",
    locale: "en-CA",
  },
  projects: [
    {
      name: "chromium",
      use: {
        ...devices["Desktop Chrome"],
        viewport: { width: 1440, height: 900 },
        launchOptions: { args: quiet, ...(existsSync(chromium) ? { executablePath: chromium } : {}) },
      },
    },
  ],
});
