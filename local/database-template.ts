import { createHash } from "node:crypto";
import type { Connection } from "mariadb";
import { migrate, readMigrations } from "#lib/platform/db/migrate.ts";

const LOCK_WAIT_S = 120;
const WHOLE = "whole";

/**
 * Creates the database of this address as the migrations would. They are replayed once a server, into a template; its tables are
 * then made in one go, in their last shape, which takes a tenth of the time.
 */
export async function createFromTemplate(on: Connection, url: URL): Promise<void> {
  const template = await ensureTemplate(on, url);
  // Whatever the server dates by itself is dated anew.
  const tables = await on.query<{ name: string; columns: string }[]>(
    `SELECT TABLE_NAME AS name, GROUP_CONCAT(CONCAT('\`', COLUMN_NAME, '\`')) AS columns FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND COALESCE(COLUMN_DEFAULT, '') NOT LIKE 'current_timestamp%' GROUP BY TABLE_NAME`,
    [template],
  );
  const script: string[] = [];
  for (const { name, columns } of tables) {
    const from = `\`${template}\`.\`${name}\``;
    const [shown] = await on.query<{ "Create Table": string }[]>(`SHOW CREATE TABLE ${from}`);
    script.push(shown?.["Create Table"] ?? "", `INSERT INTO \`${name}\` (${columns}) SELECT ${columns} FROM ${from}`);
  }
  const database = url.pathname.slice(1);
  await on.query(`CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  // Tables name others that are made after them.
  await on.query(["SET foreign_key_checks = 0", `USE \`${database}\``, ...script].join(";\n"));
}

/** A database of these very migrations that nobody writes to; whoever comes first makes it, and makes it anew if that broke off. */
async function ensureTemplate(on: Connection, url: URL): Promise<string> {
  const checksums = readMigrations().map(({ checksum }) => checksum);
  const name = `template_${createHash("sha256").update(checksums.join()).digest("hex").slice(0, 20)}`;
  await on.query("SELECT GET_LOCK(?, ?)", [name, LOCK_WAIT_S]);
  try {
    const [found] = await on.query<{ comment: string }[]>(
      "SELECT SCHEMA_COMMENT AS comment FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
      [name],
    );
    if (found?.comment === WHOLE) return name;
    await on.query(`DROP DATABASE IF EXISTS \`${name}\``);
    const address = new URL(url);
    address.pathname = `/${name}`;
    await migrate(address.href);
    await on.query(`ALTER DATABASE \`${name}\` COMMENT '${WHOLE}'`);
    return name;
  } finally {
    await on.query("SELECT RELEASE_LOCK(?)", [name]);
  }
}
