import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["node_modules/**", ".next/**", ".local/**", "e2e/**"],
    environment: "node",
    pool: "forks",
    // Two cores, and most of the time is spent waiting for real servers.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // Not UTC, so that a forgotten time zone shows. Quiet: what a test provokes is not news.
    env: { TZ: "America/Vancouver", LOG_LEVEL: "fatal" },
  },
});
