import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { backupsTake, type TakeBackupOutput } from "../steps/take.ts";
import { type Command, commandsOf, paste } from "../testing/by-hand.ts";
import { type BackupWorld, createPolicyRow, startBackupWorld } from "../testing.ts";

/** The commands of a restore point's page, pasted into a shell as they are. */
let world: BackupWorld;

describe("Redis", () => {
  beforeAll(async () => {
    world = await startBackupWorld("redis");
    await world.sql("SET greeting hello\nSELECT 3\nSET other 1\nSET another 2");
  });
  afterAll(() => world?.close());

  test("is looked at in a second server, then takes the place of what lives, append-only file or not", async () => {
    const { key } = (await backupsTake.apply(world.input, world.context().ctx)) as TakeBackupOutput;
    await world.sql("FLUSHALL\nSET wrong 1\nCONFIG SET appendonly yes");
    const [fetch, check, beside, replace, stop] = commandsOf(world, key);
    expect([fetch, check, beside, replace, stop].map((one) => one?.replaces)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    const seen = paste([fetch, check, beside]);
    expect(seen).toMatch(/dump\.rdb\.zst: OK[\s\S]*db0:keys=1,[\s\S]*db3:keys=2,/);
    expect(await world.sql("EXISTS wrong")).toBe("1");
    const find = { about: "", command: beside?.command.split("\n")[0] ?? "", replaces: false };
    expect(paste([find, replace], "\n")).toMatch(/db0:keys=1,[\s\S]*db3:keys=2,/);
    expect(await world.sql("GET greeting\nEXISTS wrong\nROLE")).toMatch(/^hello\n0\nmaster/);
    paste([find, stop]);
  });
});

describe("the panel", () => {
  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
  });
  afterAll(() => world?.close());

  test("comes back into a new database, with the keys that open what is in it", async () => {
    const identity = execFileSync("age-keygen", { stdio: ["ignore", "pipe", "ignore"] }).toString();
    const recipients = [/age1[0-9a-z]+/.exec(identity)?.[0] ?? ""];
    await world.setPolicyOf(await createPolicyRow({ service: null, source: { kind: "panel" }, name: "sealed" }), {
      recipients,
    });
    const t = world.context({ service: null });
    const { key } = (await backupsTake.apply({ ...world.input, policy: "sealed" }, t.ctx)) as TakeBackupOutput;
    const url = new URL(config().DATABASE_URL);
    // Where this one's server is, by whom it may be used, and a name of the test's own.
    const restored = `restored_${randomBytes(5).toString("hex")}`;
    const here = (one: Command): Command => ({
      ...one,
      command: one.command
        .replace("HOST=127.0.0.1 PORT=3306", `HOST=${url.hostname} PORT=${url.port}`)
        .replaceAll("--user=root", `--user=${url.username}`)
        .replaceAll("seaworthy_restored", restored),
    });
    const [fetch, check, give, make, fill, unlock, look] = commandsOf(world, key).map(here);
    try {
      expect(paste([fetch, check, give], identity)).toContain("database.sql.zst.age: OK");
      const said = paste([fetch, make, fill, unlock, look], `${decodeURIComponent(url.password)}\n`);
      const services = await db().service.count();
      expect(services).toBe(1);
      expect(said).toMatch(new RegExp(`\\| +${services} \\| +\\d+ \\|`));
      const keys = JSON.parse(readFileSync(join(world.root, key, "keys.json"), "utf8"));
      expect(keys).toEqual({ ENCRYPTION_KEYS: config().ENCRYPTION_KEYS, SESSION_SECRET: config().SESSION_SECRET });
    } finally {
      await db().$executeRawUnsafe(`DROP DATABASE IF EXISTS ${restored}`);
    }
  });
});
