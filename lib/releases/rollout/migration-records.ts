import type { SqlKind } from "#lib/backups/constants.ts";
import type { SqlSession } from "#lib/backups/dump/sql-session.ts";

/**
 * Which migrations a database has had is kept in that database: a restore brings the records back with the data they are
 * about, and where the database allows it they are written in the same transaction.
 */
const TABLE = "seaworthy_migrations";

/** Where they are, whatever a migration has made the current schema or database. */
export interface Records {
  kind: SqlKind;
  table: string;
}
export const recordsIn = ({ kind, databaseName }: { kind: SqlKind; databaseName: string }): Records => ({
  kind,
  table: kind === "postgresql" ? `public.${TABLE}` : `\`${databaseName.replaceAll("`", "``")}\`.${TABLE}`,
});
const LOCK_WAIT_S = 600;

export interface MigrationRecord {
  hash: string;
  /** Statements carried out. */
  done: number;
  /** More than `done`: of that statement it is not known whether it was carried out. */
  begun: number;
  finished: boolean;
}

/** A text as SQL that no quoting can break out of. */
export const asText = (kind: SqlKind, text: string): string => {
  const hex = Buffer.from(text, "utf8").toString("hex");
  return kind === "postgresql" ? `convert_from('\\x${hex}'::bytea, 'UTF8')` : `CONVERT(0x${hex} USING utf8mb4)`;
};

const createTable = ({ kind, table }: Records): string => {
  const own = kind === "postgresql";
  const end = own
    ? ")"
    : " ON UPDATE CURRENT_TIMESTAMP) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  const at = own ? "TIMESTAMPTZ NOT NULL DEFAULT now()" : "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP";
  return `CREATE TABLE IF NOT EXISTS ${table} (id VARCHAR(200) NOT NULL PRIMARY KEY, hash CHAR(64) NOT NULL, statements INT NOT NULL, done INT NOT NULL DEFAULT 0, begun INT NOT NULL DEFAULT 0, finished BOOLEAN NOT NULL DEFAULT FALSE, changed_at ${at}${end}`;
};

/**
 * Waits until nobody else migrates this database: the client of a worker that died goes on with what it was given, and its lock
 * goes with it.
 */
export async function lockMigrations(session: SqlSession, records: Records): Promise<boolean> {
  if (records.kind === "postgresql") {
    await session.query(`SET lock_timeout = '${LOCK_WAIT_S}s'`);
    await session.query(`SELECT pg_advisory_lock(hashtext('${TABLE}'))`);
    await session.query("SET lock_timeout = '60s'");
    await session.query("SET client_min_messages = warning");
    // Texts are read as the panel has read them.
    await session.query("SET standard_conforming_strings = on");
  } else {
    const [got] = await session.query(
      `SELECT GET_LOCK(CONCAT('${TABLE}.', LEFT(SHA2(DATABASE(), 256), 20)), ${LOCK_WAIT_S})`,
    );
    if (got !== "1") return false;
    // Waiting for days behind somebody's open transaction would hold up everybody else.
    await session.query("SET SESSION lock_wait_timeout = 60");
    // Texts are read as the panel has read them.
    await session.query(
      "SET SESSION sql_mode = REPLACE(REPLACE(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', ''), 'ORACLE', '')",
    );
  }
  await session.query(createTable(records));
  return true;
}

/** Whether the database has tables whose rows no transaction takes back, or makes new ones so. */
export async function findKeepsRows(session: SqlSession, kind: SqlKind): Promise<boolean> {
  if (kind === "postgresql") return false;
  const [found] = await session.query(
    "SELECT @@default_storage_engine <> 'InnoDB' OR EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB')",
  );
  return found !== "0";
}

const where = (kind: SqlKind, id: string) => `WHERE id = ${asText(kind, id)}`;

export async function readRecord(
  session: SqlSession,
  { kind, table }: Records,
  id: string,
): Promise<MigrationRecord | null> {
  const finished = kind === "postgresql" ? "finished::int" : "finished";
  const [row] = await session.query(`SELECT hash, done, begun, ${finished} FROM ${table} ${where(kind, id)}`);
  if (!row) return null;
  const [hash = "", done, begun, isFinished] = row.split("\t");
  return { hash: hash.trim(), done: Number(done), begun: Number(begun), finished: isFinished === "1" };
}

export const insertRecord = (
  { kind, table }: Records,
  record: { id: string; hash: string; statements: number },
): string =>
  `INSERT INTO ${table} (id, hash, statements) VALUES (${asText(kind, record.id)}, '${record.hash}', ${record.statements})`;

export const noteBegun = ({ kind, table }: Records, id: string, number: number): string =>
  `UPDATE ${table} SET begun = ${number} ${where(kind, id)}`;

/** That a statement failed is known: nothing of it was done. */
export const noteNotDone = ({ kind, table }: Records, id: string): string =>
  `UPDATE ${table} SET begun = done ${where(kind, id)}`;

/** Says how many records it changed: one, or what was noted before is no longer there. */
export const noteDone = ({ kind, table }: Records, id: string, number: number, isLast: boolean): string =>
  `UPDATE ${table} SET done = ${number}, begun = ${number}, finished = ${isLast ? "TRUE" : "FALSE"} ${where(kind, id)};\n${countAs(kind, NOTED)}`;

export const NOTED = "#noted ";
/** Prints how many rows the statement before it changed. */
export const countAs = (kind: SqlKind, mark: string): string =>
  kind === "postgresql" ? `SELECT '${mark}' || :ROW_COUNT` : `SELECT CONCAT('${mark}', ROW_COUNT())`;
