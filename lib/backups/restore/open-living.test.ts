import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LeaseLost, RunCancelled } from "#lib/runs/interrupts.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { sqlKinds } from "#local/test-world.ts";
import { backupsRestore } from "../steps/restore.ts";
import { backupsSwap } from "../steps/swap.ts";
import { type BackupWorld, startBackupWorld } from "../testing.ts";
import type { SqlBackupSource } from "./database-entry.ts";
import { type SqlLiving, withLiving } from "./open-living.ts";
import { askRestore, takePoint } from "./testing.ts";

/** Of administrators alone, a second. */
const MARIADB = {
  limit: "SET GLOBAL wait_timeout = 1; SET GLOBAL init_connect = 'SET SESSION wait_timeout = 28800'",
  lift: "SET GLOBAL wait_timeout = 28800; SET GLOBAL init_connect = ''",
  inPause: "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Sleep' AND DB = 'mysql' AND TIME < 2",
};
const SERVERS = {
  mariadb: MARIADB,
  mysql: MARIADB,
  postgresql: {
    limit: "ALTER ROLE notes SET idle_session_timeout = '1s'",
    lift: "ALTER ROLE notes RESET idle_session_timeout",
    inPause:
      "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'idle' AND datname = 'template1' AND now() - state_change < '1.5s'",
  },
};

describe.each(sqlKinds)("the administrator's connection to a %s", (kind) => {
  const { limit, lift, inPause } = SERVERS[kind];
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    await world.sql("CREATE TABLE note (id INT PRIMARY KEY); INSERT INTO note VALUES (1), (2);");
  });
  afterAll(() => world?.close());

  /** Whatever is done before the next change takes longer than the server lets its administrator pause. */
  const slowly = ({ ctx }: TestContext) => ({
    ...ctx,
    guard: async () => {
      await ctx.guard();
      await expect.poll(() => world.sql(inPause)).toBe("0");
    },
  });

  test("outlives the pauses that a restore and a swap make in it", async () => {
    const backupId = await takePoint(world);
    const { input, context } = await askRestore(world, backupId, { mode: "swap" });
    await world.sql("DELETE FROM note WHERE id = 2;");
    await world.sql(limit);
    try {
      await backupsRestore.apply(input, slowly(context()));
      await backupsSwap.apply(input, slowly(context()));
    } finally {
      await world.sql(lift);
    }
    expect(await world.sql("SELECT COUNT(*) FROM note;")).toBe("2");
  });
});

describe("what a load needs of a MariaDB's settings", () => {
  let world: BackupWorld;
  beforeAll(async () => {
    world = await startBackupWorld("mariadb");
  });
  afterAll(() => world?.close());

  const readLimit = () => world.sql("SELECT @@GLOBAL.max_allowed_packet");
  /** Raises it, and ends as `work` does. */
  const load = (t: TestContext, work: () => Promise<unknown>) =>
    withLiving(world.source as SqlBackupSource, t.ctx, async ({ server }: SqlLiving) => {
      await server.empty("notes_filled", "notes");
      expect(await readLimit()).toBe(String(1024 ** 3));
      await work();
    });
  const warnings = ({ lines }: TestContext) => lines.filter((line) => line.startsWith("w "));

  test("is put back on another connection where the first one died, as with a cancelled run", async () => {
    const before = await readLimit();
    const find = "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = 'mysql'";
    const ended = world.context();
    await load(ended, async () => world.sql(`KILL ${await world.sql(find)}`));
    expect(await readLimit()).toBe(before);

    const cancelled = world.context();
    const cancelling = load(cancelled, async () => {
      cancelled.abort(new RunCancelled());
      cancelled.ctx.signal.throwIfAborted();
    });
    await expect(cancelling).rejects.toThrow(RunCancelled);
    expect(await readLimit()).toBe(before);
    expect([...warnings(ended), ...warnings(cancelled)]).toEqual([]);
  });

  test("stays where another worker may be loading, and the log says how it was", async () => {
    const before = await readLimit();
    const t = world.context();
    await load(t, async () => t.abort(new LeaseLost()));
    expect(await readLimit()).not.toBe(before);
    const [words = ""] = warnings(t);
    await world.sql(words.slice(words.indexOf("SET GLOBAL")));
    expect(await readLimit()).toBe(before);
  });
});
