import { createConnection } from "mariadb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "#lib/platform/db/migrate.ts";
import { createEmptyDatabaseUrl, createTestDatabase, type TestDatabase } from "./test-world.ts";

let copied: TestDatabase;
let migrated: TestDatabase;

beforeAll(async () => {
  copied = await createTestDatabase("copied");
  migrated = createEmptyDatabaseUrl("migrated");
  await migrate(migrated.url);
});

afterAll(async () => {
  await copied?.drop();
  await migrated?.drop();
});

/** Every table as the server describes it, and every row; but for the time, and for the id under which a migration was applied. */
async function readWhole({ url, name }: TestDatabase): Promise<Record<string, unknown>> {
  const { hostname, port, username, password } = new URL(url);
  const on = await createConnection({
    ...{ host: hostname, port: Number(port), user: username, password: decodeURIComponent(password), database: name },
  });
  try {
    const whole: Record<string, unknown> = {
      database: await on.query("SELECT @@character_set_database, @@collation_database"),
    };
    for (const [table] of await on.query<string[][]>({ sql: "SHOW TABLES", rowsAsArray: true })) {
      const [shown] = await on.query<{ "Create Table": string }[]>(`SHOW CREATE TABLE \`${table}\``);
      const columns = table === "_prisma_migrations" ? "migration_name, checksum, applied_steps_count" : "*";
      const rows = await on.query<Record<string, unknown>[]>(`SELECT ${columns} FROM \`${table}\` ORDER BY 1`);
      whole[table ?? ""] = { shown: shown?.["Create Table"], rows: rows.map(withoutTimes) };
    }
    return whole;
  } finally {
    await on.end();
  }
}

const withoutTimes = (row: Record<string, unknown>) =>
  Object.entries(row).map(([column, value]) => [column, value instanceof Date ? "a time" : value]);

test("a test's database is what the migrations make, table by table and row by row", async () => {
  const whole = await readWhole(copied);
  expect(Object.keys(whole).length).toBeGreaterThan(50);
  expect(whole).toEqual(await readWhole(migrated));
});

test("has nothing to migrate", async () => {
  expect(await migrate(copied.url)).toEqual([]);
});

test("many at once each get one of their own", async () => {
  const made = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase("many")));
  expect(new Set(made.map(({ name }) => name)).size).toBe(4);
  await Promise.all(made.map(({ drop }) => drop()));
});
