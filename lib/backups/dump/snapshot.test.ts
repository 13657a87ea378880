import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { findEngine } from "../engines/registry.ts";
import { type SourceServer, startSource } from "../prove/testing.ts";
import { openSnapshot, type Snapshot, surveyTables } from "./snapshot.ts";
import { SqlSession } from "./sql-session.ts";

const ROWS = 30_000;
const { log } = createTestContext().ctx;
const never = new Promise(() => {});
let server: SourceServer;
let opened: { close(): void }[] = [];

afterEach(() => {
  for (const one of opened) one.close();
  opened = [];
});

const placeOf = (kind: "mariadb" | "postgresql", warnings: string[] = []) => ({
  ...{ run: server.run, login: server.login, engine: findEngine(kind), signal: AbortSignal.timeout(120_000) },
  log: { ...log, warn: (text: string) => void warnings.push(text) },
});
const keep = <T extends { close(): void }>(one: T): T => {
  opened.push(one);
  return one;
};

describe("MariaDB", () => {
  beforeAll(async () => {
    applyTestEnv();
    server = await startSource("mariadb");
    await server.sql(`
      CREATE TABLE note (id INT PRIMARY KEY, body VARCHAR(400));
      INSERT INTO note SELECT seq, HEX(RANDOM_BYTES(150)) FROM seq_1_to_${ROWS};
    `);
  });
  afterAll(() => server?.close());

  const openIt = async (warnings?: string[]): Promise<Snapshot> =>
    keep(await openSnapshot(placeOf("mariadb", warnings)));
  const beginDump = async (): Promise<SqlSession> => {
    const { run, engine, login, signal } = placeOf("mariadb");
    const dump = keep(await SqlSession.open(run, engine, login, signal));
    await dump.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    return dump;
  };
  /** Runs for a while, and is ended by `end`. */
  const startLong = async (sql: string) => {
    const running = server.sql(sql).catch(() => {});
    const find = `SELECT ID, TIME FROM information_schema.PROCESSLIST WHERE INFO LIKE '${sql.slice(0, 15)}%'`;
    await expect.poll(() => server.sql(find)).not.toBe("");
    return {
      seconds: async () => Number((await server.sql(find)).split("\t")[1]),
      end: async () => {
        await server.sql(`KILL QUERY ${(await server.sql(find)).split("\t")[0]}`);
        await running;
      },
    };
  };

  test.each(["SYSTEM", "+05:00", "-05:00"])(
    "holds writers only until the dump has begun, whose end nobody waits for: server's zone %s",
    async (zone) => {
      await server.sql(`SET GLOBAL time_zone = '${zone}'`);
      const snapshot = await openIt();
      let wrote = false;
      const writing = server.sql("INSERT INTO note VALUES (-1, 'waits')").then(() => {
        wrote = true;
      });
      // It asks before there is anything to see, as it does where a dump takes its time to connect.
      const waiting = snapshot.waitForDump(never);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(wrote).toBe(false);
      const dump = await beginDump();
      await waiting;
      await writing;
      for (const one of [await snapshot.survey(), await surveyTables(dump, placeOf("mariadb"))])
        expect(one.counts).toEqual({ "`note`": [ROWS, ROWS] });
      dump.close();
      await server.sql("DELETE FROM note WHERE id = -1; SET GLOBAL time_zone = 'SYSTEM'");
    },
  );

  test("takes no transaction that was there before for the dump's", async () => {
    await beginDump();
    const snapshot = await openIt();
    let isOver = false;
    const waiting = snapshot.waitForDump(never).then(() => {
      isOver = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(isOver).toBe(false);
    await beginDump();
    await waiting;
  });

  test("lets go of a table once it was counted: its definition changes while the backup is still being stored", async () => {
    const snapshot = await openIt();
    const dump = await beginDump();
    await snapshot.waitForDump(never);
    await snapshot.survey();
    dump.close();
    await server.sql(
      "SET lock_wait_timeout = 30; ALTER TABLE note ADD COLUMN more INT; ALTER TABLE note DROP COLUMN more",
    );
  });

  test("counts a range where the lock cannot be had in time, and holds up nobody for long", async () => {
    const warnings: string[] = [];
    const long = await startLong("INSERT INTO note SELECT -5, SLEEP(300)");
    const snapshot = await openIt(warnings);
    expect(snapshot.exact).toBe(false);
    expect(warnings).toEqual([expect.stringContaining("before and after")]);
    await long.end();
    await server.sql("INSERT INTO note VALUES (-5, 'late')");
    await snapshot.waitForDump(Promise.resolve());
    expect((await snapshot.survey()).counts).toEqual({ "`note`": [ROWS, ROWS + 1] });
    await server.sql("DELETE FROM note WHERE id = -5");
  });

  test("does not ask for the lock beside a statement that takes long, but beside one that waits for a named lock", async () => {
    const flushes = () => server.sql("SHOW GLOBAL STATUS LIKE 'Com_flush'");
    const before = await flushes();
    const long = await startLong("SELECT COUNT(*), SLEEP(300) FROM note");
    await expect.poll(long.seconds).toBeGreaterThanOrEqual(2);
    expect((await openIt()).exact).toBe(false);
    expect(await flushes()).toBe(before);
    await long.end();

    const { run, engine, login, signal } = placeOf("mariadb");
    const holder = keep(await SqlSession.open(run, engine, login, signal));
    await holder.query("SELECT GET_LOCK('job', 1)");
    const queued = await startLong("SELECT GET_LOCK('job', 300)");
    await expect.poll(queued.seconds).toBeGreaterThanOrEqual(2);
    expect((await openIt()).exact).toBe(true);
    await queued.end();
  });

  test("is not ended by the limits the server sets on an app's statements and pauses", async () => {
    const limits = ["wait_timeout", "idle_transaction_timeout", "idle_readonly_transaction_timeout"];
    const before = (await server.sql(`SELECT ${limits.map((limit) => `@@GLOBAL.${limit}`)}`)).split("\t");
    const limit = (values: (index: number) => string | undefined) =>
      server.sql(limits.map((one, index) => `SET GLOBAL ${one} = ${values(index)};`).join(""));
    await server.sql("SET GLOBAL max_statement_time = 0.001");
    await limit(() => "1");
    try {
      const snapshot = await openIt();
      await beginDump();
      await snapshot.waitForDump(never);
      const pausesShortOfIt = "COMMAND = 'Sleep' AND DB = 'notes' AND TIME_MS < 1500";
      await expect
        .poll(() => server.sql(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ${pausesShortOfIt}`))
        .toBe("0");
      expect((await snapshot.survey()).counts).toEqual({ "`note`": [ROWS, ROWS] });
    } finally {
      await server.sql("SET GLOBAL max_statement_time = 0");
      await limit((index) => before[index]);
    }
  });
});

describe("PostgreSQL", () => {
  beforeAll(async () => {
    applyTestEnv();
    server = await startSource("postgresql");
    await server.sql(
      `CREATE TABLE note AS SELECT n AS id, md5(n::text) AS body FROM generate_series(1, ${ROWS * 5}) n;`,
    );
  });
  afterAll(() => server?.close());

  test("is not ended by the limits the server sets on an app's statements and pauses", async () => {
    await server.sql(
      "ALTER DATABASE notes SET statement_timeout = '10ms'; ALTER DATABASE notes SET lock_timeout = '10ms';",
    );
    const snapshot = keep(await openSnapshot(placeOf("postgresql")));
    expect((await snapshot.survey()).counts).toEqual({ "public.note": [ROWS * 5, ROWS * 5] });
  });
});
