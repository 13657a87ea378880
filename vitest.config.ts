import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["node_modules/**", ".next/**", ".local/**", "e2e/**"],
    environment: "node",
    pool: "forks",
    // Two cores, and most of the time is spent waiting for real servers.
    maxWorkers: 3,
    // What is waited for is a condition; these only end a test that would never. A machine may be slow.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 50 } },
    teardownTimeout: 20_000,
    // Not UTC, so that a forgotten time zone shows. Quiet: what a test provokes is not news.
    env: { TZ: "America/Vancouver", LOG_LEVEL: "fatal" },
  },
});
