import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { PANEL_SPACE } from "../constants.ts";
import type { OpenDatabase } from "../open-database.ts";

/** One row for each data change that was carried out, written in the same transaction: whoever comes again finds it. */
export const MARKER_TABLE = "data_change";
export const MARKER = `${PANEL_SPACE}.${MARKER_TABLE}`;

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The table for the rows that say what was carried out, made where it is missing. */
export async function ensureMarkers({ run, engine, admin, signal }: OpenDatabase): Promise<void> {
  const isPostgres = engine.kind === "postgresql";
  const session = await SqlSession.open(run, engine, isPostgres ? admin : { ...admin, database: "mysql" }, signal);
  try {
    if (isPostgres) await session.query("SET client_min_messages = warning");
    await session.query(`CREATE ${isPostgres ? "SCHEMA" : "DATABASE"} IF NOT EXISTS ${PANEL_SPACE}`);
    await session.query(
      `CREATE TABLE IF NOT EXISTS ${MARKER} (id CHAR(36) NOT NULL PRIMARY KEY, counts VARCHAR(10000) NOT NULL, at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)${isPostgres ? "" : " ENGINE=InnoDB"}`,
    );
  } finally {
    session.close();
  }
}

/** What was noted beside a data change that was carried out; null: it was not. */
export async function readMarker({ run, engine, admin, signal }: OpenDatabase, id: string): Promise<string | null> {
  const session = await SqlSession.open(run, engine, admin, signal);
  try {
    const [row] = await session.query(`SELECT counts FROM ${MARKER} WHERE id = ${text(id)}`);
    return row ?? null;
  } finally {
    session.close();
  }
}
