import { existsSync } from "node:fs";
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

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  fullyParallel: false,
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...(process.env.SEAWORTHY_URL ? { baseURL: process.env.SEAWORTHY_URL } : {}),
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
