import { createConnection } from "mariadb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmptyDatabaseUrl, type TestDatabase } from "#local/test-world.ts";
import { columnType, readDatamodel } from "../../../prisma/schema-sql.ts";
import { poolOptions } from "./client.ts";
import { migrate, readMigrations } from "./migrate.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = createEmptyDatabaseUrl("migrate");
  await migrate(database.url);
});
afterAll(() => database.drop());

async function query<T>(sql: string, on: TestDatabase = database): Promise<T[]> {
  const connection = await createConnection(poolOptions(on.url, 1));
  try {
    return await connection.query<T[]>(sql);
  } finally {
    await connection.end();
  }
}

interface Column {
  TABLE_NAME: string;
  COLUMN_NAME: string;
  COLUMN_TYPE: string;
  IS_NULLABLE: "YES" | "NO";
  COLUMN_DEFAULT: string | null;
  EXTRA: string;
}
interface IndexPart {
  TABLE_NAME: string;
  INDEX_NAME: string;
  NON_UNIQUE: number;
  COLUMN_NAME: string;
}
interface ForeignKey {
  TABLE_NAME: string;
  COLUMNS: string;
  TARGET: string;
  TARGET_COLUMNS: string;
}

const OURS = "TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> '_prisma_migrations'";

/** MariaDB writes types its own way: JSON is LONGTEXT, integers carry a display width. */
function storedType(type: string): string {
  const lower = type.toLowerCase();
  if (lower === "json") return "longtext";
  if (lower === "integer" || lower === "int") return "int(11)";
  if (lower === "bigint") return "bigint(20)";
  if (lower === "boolean") return "tinyint(1)";
  return lower;
}

describe("the migrations arrive at the schema", () => {
  test("every column, its type and whether it may be empty", async () => {
    const { models } = await readDatamodel();
    const expected = models.flatMap((model) =>
      model.fields
        .filter((field) => field.kind === "scalar")
        .map(
          (field) => `${model.name}.${field.name} ${storedType(columnType(field))} ${field.isRequired ? "NO" : "YES"}`,
        ),
    );
    const found = await query<Column>(`SELECT * FROM information_schema.COLUMNS WHERE ${OURS}`);
    const columns = found.map(
      (one) => `${one.TABLE_NAME}.${one.COLUMN_NAME} ${one.COLUMN_TYPE.toLowerCase()} ${one.IS_NULLABLE}`,
    );
    expect(columns.sort()).toEqual(expected.sort());
  });

  test("every default that the database gives by itself", async () => {
    const { models } = await readDatamodel();
    const found = await query<Column>(`SELECT * FROM information_schema.COLUMNS WHERE ${OURS}`);
    const byName = new Map(found.map((one) => [`${one.TABLE_NAME}.${one.COLUMN_NAME}`, one]));
    for (const model of models)
      for (const field of model.fields.filter((one) => one.kind === "scalar" && one.default !== undefined)) {
        const column = byName.get(`${model.name}.${field.name}`);
        const value = field.default as { name?: string } | string | number | boolean;
        const isCall = typeof value === "object";
        if (isCall && value.name === "autoincrement") expect(column?.EXTRA).toContain("auto_increment");
        else if (isCall && value.name === "now") expect(column?.COLUMN_DEFAULT).toMatch(/current_timestamp\(3\)/i);
        else if (!isCall)
          expect(column?.COLUMN_DEFAULT?.replace(/^'|'$/g, "")).toBe(
            typeof value === "boolean" ? String(Number(value)) : String(value),
          );
      }
  });

  test("every index, in the order of its columns", async () => {
    const { models, indexes } = await readDatamodel();
    const foreignKeys = models.flatMap((model) =>
      model.fields
        .filter((field) => field.kind === "object" && field.relationFromFields?.length)
        .map((field) => `${model.name} index ${field.relationFromFields?.join(",")}`),
    );
    const expected = indexes.map((index) => {
      const kind = { id: "primary", unique: "unique", normal: "index", fulltext: "fulltext" }[index.type];
      return `${index.model} ${kind} ${index.fields.map((field) => field.name).join(",")}`;
    });
    const parts = await query<IndexPart>(
      `SELECT * FROM information_schema.STATISTICS WHERE ${OURS} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
    );
    const found = [...Map.groupBy(parts, (part) => `${part.TABLE_NAME} ${part.INDEX_NAME}`).values()].map((group) => {
      const [first] = group;
      const kind = first?.INDEX_NAME === "PRIMARY" ? "primary" : Number(first?.NON_UNIQUE) === 0 ? "unique" : "index";
      return `${first?.TABLE_NAME} ${kind} ${group.map((part) => part.COLUMN_NAME).join(",")}`;
    });
    expect(found).toEqual(expect.arrayContaining(expected));
    // The server adds an index for a foreign key that has none; nothing else may be there.
    const unexplained = found.filter((index) => !expected.includes(index) && !foreignKeys.includes(index));
    expect(unexplained).toEqual([]);
  });

  test("every foreign key", async () => {
    const { models } = await readDatamodel();
    const expected = models.flatMap((model) =>
      model.fields
        .filter((field) => field.kind === "object" && field.relationFromFields?.length)
        .map((field) => `${model.name}(${field.relationFromFields}) -> ${field.type}(${field.relationToFields})`),
    );
    const found = await query<ForeignKey>(
      `SELECT TABLE_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) AS COLUMNS,
              REFERENCED_TABLE_NAME AS TARGET, GROUP_CONCAT(REFERENCED_COLUMN_NAME ORDER BY ORDINAL_POSITION) AS TARGET_COLUMNS
         FROM information_schema.KEY_COLUMN_USAGE WHERE ${OURS} AND REFERENCED_TABLE_NAME IS NOT NULL
        GROUP BY TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME`,
    );
    const keys = found.map((one) => `${one.TABLE_NAME}(${one.COLUMNS}) -> ${one.TARGET}(${one.TARGET_COLUMNS})`);
    expect(keys.sort()).toEqual(expected.sort());
  });
});

describe("migrating", () => {
  test("again does nothing, and says so", async () => {
    expect(await migrate(database.url)).toEqual([]);
  });

  test("by several processes at once applies each migration once", async () => {
    const fresh = createEmptyDatabaseUrl("migrate");
    try {
      const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(fresh.url)));
      expect(applied.flat()).toEqual(readMigrations().map((migration) => migration.name));
      const rows = await query<{ migration_name: string }>("SELECT migration_name FROM _prisma_migrations", fresh);
      expect(rows).toHaveLength(readMigrations().length);
    } finally {
      await fresh.drop();
    }
  });

  test("refuses a migration that was changed after it had been applied, and one that broke off", async () => {
    const fresh = createEmptyDatabaseUrl("migrate");
    try {
      await migrate(fresh.url);
      await query("UPDATE _prisma_migrations SET checksum = REPEAT('0', 64)", fresh);
      await expect(migrate(fresh.url)).rejects.toThrow("was changed after it had been applied");
      await query("UPDATE _prisma_migrations SET finished_at = NULL", fresh);
      await expect(migrate(fresh.url)).rejects.toThrow("failed before");
      expect(await query("SELECT IS_FREE_LOCK(CONCAT('seaworthy_migrate.', DATABASE())) AS free", fresh)).toMatchObject(
        [{ free: 1 }],
      );
    } finally {
      await fresh.drop();
    }
  });
});
