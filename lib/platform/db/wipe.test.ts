import { describe, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { config, overrideConfig } from "../config/config.ts";
import { redis, redisKey } from "../redis.ts";
import { db } from "./client.ts";
import { migrate } from "./migrate.ts";
import { pendingMigrations } from "./pending-migrations.ts";
import { readWipeOrder, wipeIfOrdered } from "./wipe.ts";

useTestDatabase("wipe");

describe("what DANGER_DATABASE_WIPE_REINITIALIZE means", () => {
  it.each(["", "0", "false"])("%j keeps everything, everywhere", (value) => {
    expect(readWipeOrder(value, "panel", "production")).toBe("keep");
    expect(readWipeOrder(value, "panel", "development")).toBe("keep");
  });

  it.each(["1", "true", "panel"])("%j wipes in development", (value) => {
    expect(readWipeOrder(value, "panel", "development")).toBe("wipe");
  });

  it.each(["1", "true", "yes", "panel2", "PANEL"])(
    "%j is refused in production, with the name it would take",
    (value) => {
      expect(() => readWipeOrder(value, "panel", "production")).toThrow(/"panel"\. Nothing was touched/);
    },
  );

  it("wipes in production when the name is repeated", () => {
    expect(readWipeOrder("panel", "panel", "production")).toBe("wipe");
  });
});

describe("wiping", () => {
  it("empties the database and our keys of Redis, and nothing else; the migrations then start anew", async () => {
    await redis()
      .ping()
      .catch(() => undefined);
    await expect.poll(() => redis().status).toBe("ready");
    await redis().set(redisKey("queue", "x"), "1");
    await redis().set(`other-${redisKey("x")}`, "1");
    await db().outbox.create({ data: { topic: "t", payload: {} } });

    expect(await wipeIfOrdered()).toBeNull();
    expect(await db().outbox.count()).toBe(1);

    overrideConfig({ DANGER_DATABASE_WIPE_REINITIALIZE: "1" });
    expect(await wipeIfOrdered()).toMatch(/^Wiped \d+ tables of .* and 1 keys/);
    expect(await redis().exists(redisKey("queue", "x"))).toBe(0);
    expect(await redis().exists(`other-${redisKey("x")}`)).toBe(1);
    await redis().del(`other-${redisKey("x")}`);
    expect(await pendingMigrations()).not.toEqual([]);
    await migrate(config().DATABASE_URL);
    expect(await pendingMigrations()).toEqual([]);
    expect(await db().outbox.count()).toBe(0);
    overrideConfig({});
  });
});
