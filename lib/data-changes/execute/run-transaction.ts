import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import type { Login } from "#lib/backups/engines/types.ts";
import type { OpenDatabase } from "#lib/databases/open-database.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StatementCount } from "../schema/counts.ts";
import type { ReadStatement } from "../statements/read-statements.ts";

/** Nobody else of the service waits longer than this for rows that are held. */
const LOCK_WAIT_S = 20;
const STATEMENT_S = 15 * 60;
/** A SELECT is counted up to here; its rows are shown to nobody. */
const ROWS_READ_MAX = 10_000;

/** One transaction of one connection. It ends with `commit`; whatever else happens, the server takes all of it back. */
export interface Transaction {
  run(statement: ReadStatement): Promise<StatementCount>;
  /** A statement of the panel's own. */
  query(sql: string): Promise<string[]>;
  commit(): Promise<void>;
}

function settings({ engine }: OpenDatabase): string[] {
  if (engine.kind === "postgresql")
    return [
      `SET lock_timeout = '${LOCK_WAIT_S}s'`,
      `SET statement_timeout = '${STATEMENT_S}s'`,
      "SET standard_conforming_strings = on",
      "SET client_min_messages = error",
    ];
  return [
    `SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_S}`,
    `SET SESSION sql_select_limit = ${ROWS_READ_MAX}`,
    // Texts are read as the panel has read them.
    "SET SESSION sql_mode = REPLACE(REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', '')",
    ...(engine.kind === "mariadb" ? [`SET SESSION max_statement_time = ${STATEMENT_S}`] : []),
  ];
}

/** Asks how many rows the statement before touched, in the same breath; what it read goes nowhere. */
function counted(sql: string, isPostgres: boolean): string {
  if (isPostgres) return `\\o /dev/null\n${sql};\n\\o\n\\echo :ROW_COUNT\nSELECT 1 WHERE false`;
  return `${sql};\nSELECT ROW_COUNT(), FOUND_ROWS()`;
}

function readCount(lines: readonly string[], isPostgres: boolean): number {
  const last = lines.at(-1) ?? "";
  if (isPostgres) return Number(last);
  const [changed = 0, found = 0] = last.split("\t").map(Number);
  return changed >= 0 ? changed : found;
}

const nameStatement = ({ verb, line }: ReadStatement, number: number) => `Statement ${number} (line ${line}, ${verb})`;

/** What the database itself says that another try may not meet. */
const GAVE_WAY = /Deadlock|deadlock detected|Lock wait timeout|lock timeout|max_statement_time|statement timeout/i;

/** What a client says whose connection was cut: by a server that stops, an administrator, or another try that takes the account away. */
const CUT_OFF =
  /Lost connection|gone away|Connection was killed|Server shutdown|terminating connection|closed the connection|connection to server was lost|could not (receive|send) data|SSL (SYSCALL|connection)|shutting down/i;

/** The database would not have it, and took everything back. */
export const REFUSED = "dataChanges.statement_failed";
/** Nobody judged it: another try will know what became of it. */
const LOST = "dataChanges.connection_lost";

function explain(error: unknown, what: string, lost: string): unknown {
  if (!(error instanceof AppError) || error.code !== "backups.client_failed") return error;
  const said = error.detail ?? "";
  const more = { detail: said, cause: error };
  if (said === "" || CUT_OFF.test(said))
    return new AppError({
      code: LOST,
      message: `The connection to the database was lost${lost}`,
      retry: "retry",
      ...more,
    });
  return new AppError({
    code: REFUSED,
    message: `${what} was refused by the database. Everything was taken back.`,
    retry: GAVE_WAY.test(said) ? "retry" : "permanent",
    ...more,
  });
}

/** Runs `work` in one transaction as `login`. Without a commit nothing of it stays. */
export async function inTransaction<T>(
  database: OpenDatabase,
  login: Login,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const isPostgres = database.engine.kind === "postgresql";
  const session = await SqlSession.open(database.run, database.engine, login, database.signal);
  try {
    for (const setting of settings(database)) await session.query(setting);
    await session.query(isPostgres ? "BEGIN" : "START TRANSACTION");
    let number = 0;
    let open = true;
    const result = await work({
      async run(statement) {
        number += 1;
        const lines = await session.query(counted(statement.sql, isPostgres)).catch((error: unknown) => {
          database.signal.throwIfAborted();
          throw explain(error, nameStatement(statement, number), ", which takes everything back.");
        });
        const rows = readCount(lines, isPostgres);
        if (!Number.isSafeInteger(rows)) throw new Error("the client did not say how many rows were touched");
        return { line: statement.line, verb: statement.verb, rows };
      },
      query: (sql) => session.query(sql),
      async commit() {
        open = false;
        await session.query("COMMIT").catch((error: unknown) => {
          database.signal.throwIfAborted();
          throw explain(
            error,
            "Making it final",
            " while it was made final. The next try asks the database whether it was.",
          );
        });
      },
    });
    if (open) await session.query("ROLLBACK");
    return result;
  } finally {
    session.close();
  }
}
