import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Connection } from "mariadb";
import { poolOptions } from "./client.ts";
import { connect } from "./connect.ts";
import type { Security } from "./security.ts";

const FOLDER = new URL("../../../prisma/migrations/", import.meta.url);
const LOCK = "seaworthy_migrate";
const LOCK_WAIT_S = 120;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Every migration of the source tree, oldest first. */
export function readMigrations(): Migration[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(`${name}/migration.sql`, FOLDER), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

// The same table, column by column, that `prisma migrate deploy` keeps, so that either can go on after the other.
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at DATETIME(3),
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at DATETIME(3),
  started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

async function applyOne(connection: Connection, migration: Migration): Promise<void> {
  const id = randomUUID();
  await connection.query(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))",
    [id, migration.checksum, migration.name],
  );
  try {
    await connection.query(migration.sql);
  } catch (error) {
    await connection.query("UPDATE _prisma_migrations SET logs = ? WHERE id = ?", [String(error), id]);
    throw new Error(
      `Migration ${migration.name} failed. Mend the database, then delete its row from _prisma_migrations.`,
      { cause: error },
    );
  }
  await connection.query(
    "UPDATE _prisma_migrations SET finished_at = UTC_TIMESTAMP(3), applied_steps_count = 1 WHERE id = ?",
    [id],
  );
}

/** Creates the database if it is missing and applies what it lacks; one process at a time. Returns the names applied. */
export async function migrate(url: string, security: Security = {}): Promise<string[]> {
  const { database, ...options } = poolOptions(url, 1, security);
  const connection = await connect({ ...options, multipleStatements: true });
  try {
    await connection.query(
      `CREATE DATABASE IF NOT EXISTS \`${database.replaceAll("`", "")}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    );
    await connection.query(`USE \`${database.replaceAll("`", "")}\``);
    const [lock] = await connection.query<{ got: bigint }[]>("SELECT GET_LOCK(?, ?) AS got", [
      `${LOCK}.${database}`.slice(0, 64),
      LOCK_WAIT_S,
    ]);
    if (Number(lock?.got) !== 1) throw new Error("Another process has been migrating this database for two minutes.");
    await connection.query(MIGRATIONS_TABLE);
    const rows = await connection.query<
      { migration_name: string; checksum: string; finished_at: Date | null; rolled_back_at: Date | null }[]
    >("SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations");
    const done = new Map(rows.filter((row) => !row.rolled_back_at).map((row) => [row.migration_name, row]));
    const applied: string[] = [];
    for (const migration of readMigrations()) {
      const row = done.get(migration.name);
      if (row && !row.finished_at)
        throw new Error(
          `Migration ${migration.name} failed before. Mend the database, then delete its row from _prisma_migrations.`,
        );
      if (row && row.checksum !== migration.checksum)
        throw new Error(`Migration ${migration.name} was changed after it had been applied.`);
      if (row) continue;
      await applyOne(connection, migration);
      applied.push(migration.name);
    }
    return applied;
  } finally {
    await connection.end();
  }
}
