import { readdirSync } from "node:fs";
import { join } from "node:path";
import { db } from "./client.ts";

// Not import.meta.url: the web process runs from a bundle, whose folder is not this one; it starts at the root of the tree.
const folder = () => join(process.cwd(), "prisma", "migrations");

/** Migrations of this version that the database lacks, oldest first. Throws when the database does not answer. */
export async function pendingMigrations(): Promise<string[]> {
  const known = readdirSync(folder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const tables = await db().$queryRaw<unknown[]>`SHOW TABLES LIKE '\\_prisma\\_migrations'`;
  if (tables.length === 0) return known;
  const rows = await db().$queryRaw<{ name: string }[]>`
    SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const applied = new Set(rows.map(({ name }) => name));
  return known.filter((name) => !applied.has(name));
}
