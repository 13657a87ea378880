import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlKind } from "#lib/backups/constants.ts";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { until } from "#lib/runs/testing/stage.ts";
import { refusalOf } from "#lib/services/testing/actors.ts";
import type { TestContext } from "#lib/steps/testing/context.ts";
import { sqlKinds } from "#local/test-world.ts";
import { openDatabase } from "./open-database.ts";
import { runMigrations } from "./run-migrations.ts";

const SLEEP = { mariadb: "SLEEP(3)", mysql: "SLEEP(3)", postgresql: "(SELECT 0 FROM pg_sleep(3))" };

describe.each(sqlKinds)("migrations in a real %s", (kind) => {
  let world: BackupWorld;
  const isPostgres = kind === "postgresql";
  beforeAll(async () => {
    world = await startBackupWorld(kind);
  }, 180_000);
  afterAll(() => world?.close());

  async function run(migrations: { id: string; sql: string }[], t: TestContext = world.context()) {
    const { source } = world;
    if (source.kind !== "mariadb" && source.kind !== "mysql" && source.kind !== "postgresql")
      throw new Error(source.kind);
    const names = {
      stackName: source.stackName,
      databaseService: source.swarmService,
      databaseName: source.databaseName,
      databaseUser: source.userName,
      databasePassword: source.passwordSecret,
    };
    const database = await openDatabase(source.kind satisfies SqlKind, names, t.ctx);
    try {
      return await runMigrations(database, migrations, t.ctx);
    } finally {
      await database.close();
    }
  }
  const count = async (table: string) => Number((await world.sql(`SELECT COUNT(*) FROM ${table};`)).trim());

  test("runs once, counts rows, and never again", async () => {
    const migrations = [
      { id: "0001", sql: "CREATE TABLE first_one (id INT, word VARCHAR(20));" },
      {
        id: "0002",
        sql: "INSERT INTO first_one VALUES (1, 'a;b'), (2, 'Ä'), (3, 'c'); UPDATE first_one SET word = 'x' WHERE id > 1;",
      },
    ];
    const t = world.context();
    expect(await run(migrations, t)).toEqual([
      { id: "0001", result: "ran", statements: 1, rows: [expect.toBeOneOf([0, null])] },
      { id: "0002", result: "ran", statements: 2, rows: [3, 2] },
    ]);
    expect(t.lines.join("\n")).toMatch(
      /0002, statement 2 of 2, line 1: UPDATE first_one SET word = '…' WHERE id > … \(2 rows\)/,
    );
    expect((await run(migrations)).map(({ result }) => result)).toEqual(["before", "before"]);
    expect(await count("first_one")).toBe(3);
    const changed = await refusalOf(run([{ id: "0002", sql: "DELETE FROM first_one WHERE id = 1" }]));
    expect(changed).toMatchObject({ code: "releases.migration_changed", retry: "permanent" });
    expect(await count("first_one")).toBe(3);
  });

  test("a statement that fails: says where it stopped and what of it stays", async () => {
    const error = await refusalOf(
      run([
        {
          id: "0003",
          sql: "CREATE TABLE second_one (id INT);\nINSERT INTO second_one VALUES (1);\nINSERT INTO nowhere VALUES (2);\nINSERT INTO second_one VALUES (3);",
        },
      ]),
    );
    expect(error).toMatchObject({ code: "releases.migration_failed", retry: "permanent" });
    expect(error.message).toContain("stopped at 0003, statement 3 of 4, line 3.");
    expect(error.detail).toMatch(/nowhere/);
    if (!isPostgres) {
      expect(error.message).toContain("Its statements 1 to 2 were carried out and stay");
      expect(await count("second_one")).toBe(1);
      // Tried again as it is, it goes on where it stopped: what is done is not done twice.
      expect((await refusalOf(run([{ id: "0003", sql: "SELECT 1" }]))).code).toBe("releases.migration_changed");
    } else {
      expect(error.message).toContain("Nothing of it was kept.");
      await expect(count("second_one")).rejects.toThrow();
    }
  });

  test("a worker that dies in the middle of a statement: the next one waits for it, and nothing is done twice", async () => {
    const sql = `CREATE TABLE third_one (id INT, waited INT);\nINSERT INTO third_one SELECT 1, ${SLEEP[kind]};\nINSERT INTO third_one VALUES (2, 0);`;
    const dying = world.context();
    const first = refusalOf(run([{ id: "0004", sql }], dying));
    await until("its second statement", async () =>
      dying.progress.some((text) => text.includes("statement 2")) ? true : undefined,
    );
    dying.abort(new Error("killed"));
    expect((await first).message).toContain("killed");
    const next = world.context();
    expect(await run([{ id: "0004", sql }], next)).toMatchObject([{ id: "0004", result: "ran" }]);
    expect(await world.sql("SELECT id FROM third_one ORDER BY id;")).toMatch(/^1\s+2\s*$/);
    if (!isPostgres) expect(next.lines.join("\n")).toMatch(/goes on after statement [12] of 3/);
  });

  test("what a statement did when the database went down is asked of a person, never guessed", async () => {
    await run([{ id: "0005", sql: "CREATE TABLE fourth_one (id INT)" }]);
    await world.sql("UPDATE seaworthy_migrations SET done = 0, begun = 1, finished = FALSE WHERE id = '0005';");
    const error = await refusalOf(run([{ id: "0005", sql: "CREATE TABLE fourth_one (id INT)" }]));
    expect(error).toMatchObject({ code: "releases.migration_unknown", retry: "needs_person" });
    expect(error.advice).toMatch(/UPDATE \S+\.seaworthy_migrations SET done = 1, begun = 1 WHERE id = '0005'/);
    const told = isPostgres ? ", finished = TRUE" : "";
    await world.sql(`UPDATE seaworthy_migrations SET done = 1, begun = 1${told} WHERE id = '0005';`);
    const again = [{ id: "0005", sql: "CREATE TABLE fourth_one (id INT)" }];
    expect((await run(again))[0]?.result).toBe(isPostgres ? "before" : "ran");
    expect(await run(again)).toMatchObject([{ result: "before" }]);
  });

  test("none runs when one of them may not", async () => {
    const error = await refusalOf(
      run([
        { id: "0006", sql: "CREATE TABLE fifth_one (id INT)" },
        { id: "0007", sql: "\\! touch /tmp/here" },
      ]),
    );
    expect(error).toMatchObject({ code: "releases.migration_refused" });
    await expect(count("fifth_one")).rejects.toThrow();
  });

  test("what one has set does not reach the next, nor where its record goes", async () => {
    const set = isPostgres ? "CREATE SCHEMA aside; SET search_path = aside" : "SET @left = 1, lock_wait_timeout = 1";
    const read = isPostgres ? "CREATE TABLE sixth_one (a INT)" : "CREATE TABLE sixth_one AS SELECT @left IS NULL AS a";
    const migrations = [
      { id: "0008", sql: set },
      { id: "0009", sql: read },
    ];
    expect(await run(migrations)).toMatchObject([{ result: "ran" }, { result: "ran" }]);
    expect(await count(isPostgres ? "public.sixth_one" : "sixth_one WHERE a = 1")).toBe(isPostgres ? 0 : 1);
    expect(await run(migrations)).toMatchObject([{ result: "before" }, { result: "before" }]);
  });

  test("a migration whose record goes away is not said to have run", async () => {
    // Nothing in its text names the record: a trigger there takes it away.
    const error = await refusalOf(run([{ id: "0010", sql: await forgetRecords() }]));
    expect(error).toMatchObject({ code: "releases.migration_unnoted", retry: "needs_person" });
    await world.sql(
      isPostgres ? "DROP TABLE seaworthy_migrations; DROP FUNCTION forget();" : "DROP TABLE seaworthy_migrations;",
    );
  });

  async function forgetRecords(): Promise<string> {
    if (isPostgres) {
      await world.sql(
        "CREATE FUNCTION forget() RETURNS void LANGUAGE sql AS 'DELETE FROM public.seaworthy_migrations';",
      );
      return "SELECT forget()";
    }
    await world.sql(
      "CREATE TABLE seventh_one (id INT); CREATE TRIGGER forget AFTER INSERT ON seventh_one FOR EACH ROW DELETE FROM seaworthy_migrations;",
    );
    return "INSERT INTO seventh_one VALUES (1)";
  }

  test.runIf(!isPostgres)("rows of tables that know no transactions are not said to be taken back", async () => {
    await world.sql("CREATE TABLE eighth_one (id INT PRIMARY KEY) ENGINE=MyISAM;");
    const migrations = [{ id: "0011", sql: "INSERT INTO eighth_one VALUES (1), (2), (1)" }];
    const error = await refusalOf(run(migrations));
    expect(error.message).toContain("a part may be kept");
    expect(await count("eighth_one")).toBe(2);
    expect(await refusalOf(run(migrations))).toMatchObject({ code: "releases.migration_unknown" });
  });
});
