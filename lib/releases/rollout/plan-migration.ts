import type { SqlKind } from "#lib/backups/constants.ts";
import { findAmbiguity } from "../sql-lint/find-ambiguity.ts";
import { type Statement, splitStatements } from "../sql-lint/split-statements.ts";

export interface PlannedStatement {
  text: string;
  /** As it may stand in a log. */
  shown: string;
  /** In the migration's text, from 1. */
  line: number;
  /** The database takes it back with the transaction it is in. */
  transactional: boolean;
  /** When it fails, a part of it may be kept: rows of tables that know no transactions. */
  mayBeKept: boolean;
}

export interface PlannedMigration {
  /** All of it in one transaction: it is carried out whole or not at all. */
  whole: boolean;
  statements: PlannedStatement[];
  /** Left out: the panel begins and ends transactions itself. */
  leftOut: string[];
  /** Why it is not run at all; null: nothing is in the way. */
  refusal: string | null;
}

/** MariaDB and MySQL end the transaction with every other statement. */
const MYSQL_TRANSACTIONAL =
  /^(INSERT|UPDATE|DELETE|REPLACE|SELECT|WITH|VALUES|SET (?!(GLOBAL|PERSIST|PASSWORD|ROLE|DEFAULT)\b))\b/;
const MYSQL_WRITES = /^(INSERT|UPDATE|DELETE|REPLACE|SELECT|WITH)\b/;
/** PostgreSQL refuses these within one. */
const POSTGRES_ALONE =
  /^(VACUUM|REINDEX .*CONCURRENTLY|(CREATE|DROP) (UNIQUE )?INDEX CONCURRENTLY|ALTER SYSTEM|(CREATE|DROP) DATABASE|(CREATE|DROP) TABLESPACE)\b/;

/** Exactly these are left out; everything else that ends a transaction, or changes how one ends, is refused. */
const LEFT_OUT: Record<"postgresql" | "mysql", RegExp> = {
  postgresql:
    /^(START TRANSACTION|BEGIN( WORK| TRANSACTION)?|COMMIT( WORK| TRANSACTION)?|END( WORK| TRANSACTION)?)$|^LOCK( TABLE)?\b/,
  mysql:
    /^(START TRANSACTION|BEGIN( WORK)?|COMMIT( WORK)?|SET (SESSION )?AUTOCOMMIT = (0|ON|OFF))$|^(UN)?LOCK TABLES?\b/,
};
const CONTROL = /^(START|BEGIN|COMMIT|END|ABORT|ROLLBACK(?! TO\b)|XA|LOCK|UNLOCK|PREPARE TRANSACTION)\b/;
const SETTINGS_OF_TRANSACTIONS = /\b(AUTOCOMMIT|COMPLETION_TYPE)\b/;
/** By these the database would read the texts after them otherwise than they were read here. */
const SETTINGS_OF_READING =
  /\b(SQL_MODE|STANDARD_CONFORMING_STRINGS|CLIENT_ENCODING|CHARACTER|CHARSET|CHARACTER_SET_CLIENT|NAMES (?!(UTF8|UTF8MB4|DEFAULT|«name»|«text»)\b))/;
const RECORDS = /seaworthy_migrations/i;

const languageOf = (kind: SqlKind) => (kind === "postgresql" ? "postgresql" : "mysql");
const joinedOf = ({ tokens }: Statement) => tokens.join(" ");
const isLeftOut = (statement: Statement, kind: SqlKind) => LEFT_OUT[languageOf(kind)].test(joinedOf(statement));

function refuse(statement: Statement, kind: SqlKind): string | null {
  const { tokens, line, text } = statement;
  const [first, second] = tokens;
  const joined = joinedOf(statement);
  if (tokens.includes("\\") || first === "DELIMITER" || first === "SOURCE")
    return `line ${line} holds a command of the database's client`;
  if (first === "USE") return `line ${line} goes to another database`;
  if (first === "ROLLBACK" && second !== "TO") return `line ${line} takes back what came before it`;
  if (RECORDS.test(text)) return `line ${line} reaches for the record of what has run here`;
  if (isLeftOut(statement, kind)) return null;
  if (CONTROL.test(joined)) return `line ${line} begins or ends a transaction in a way of its own`;
  if (first === "SET" && second === "STATEMENT")
    return `line ${line} holds a statement within another. Write it by itself`;
  if (first === "SET" && SETTINGS_OF_TRANSACTIONS.test(joined)) return `line ${line} changes how transactions end`;
  if (first === "SET" && SETTINGS_OF_READING.test(joined)) return `line ${line} changes how the database reads texts`;
  return kind === "postgresql" ? refusePostgres(statement) : null;
}

/** What psql would read on for, or take out of its own input. */
function refusePostgres({ tokens, line }: Statement): string | null {
  const joined = tokens.join(" ");
  if (tokens[0] === "COPY" && tokens.includes("STDIN")) return `line ${line} reads from its own input`;
  if (tokens[0] === "COPY" && tokens.includes("PROGRAM"))
    return `line ${line} runs a program on the database's machine`;
  const depth = tokens.reduce((sum, token) => sum + Number(token === "(") - Number(token === ")"), 0);
  if (depth !== 0) return `line ${line} has a semicolon between parentheses, or one of these too many`;
  if (/^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)\b.* BEGIN\b/.test(joined))
    return `line ${line} has its body as statements. Write it as a text`;
  return null;
}

/** How a migration is run, before anything of it is. `keepsRows`: the database has tables that know no transactions. Pure. */
export function planMigration(kind: SqlKind, sql: string, { keepsRows = false } = {}): PlannedMigration {
  const statements = splitStatements(sql, kind);
  const ambiguous = findAmbiguity(sql, kind);
  const refusal = ambiguous
    ? `line ${ambiguous.line}: ${ambiguous.message.replace(/\.$/, "")}`
    : (statements.map((one) => refuse(one, kind)).find((one) => one !== null) ?? null);
  const isKept = keepsRows || statements.some((one) => /\bENGINE (= )?(?!=|INNODB\b)/.test(joinedOf(one)));
  const planned = statements
    .filter((one) => !isLeftOut(one, kind))
    .map((one) => {
      const { text, shown, line } = one;
      const joined = joinedOf(one);
      if (kind === "postgresql")
        return { text, shown, line, transactional: !POSTGRES_ALONE.test(joined), mayBeKept: false };
      const mayBeKept = isKept && MYSQL_WRITES.test(joined);
      return { text, shown, line, transactional: MYSQL_TRANSACTIONAL.test(joined) && !mayBeKept, mayBeKept };
    });
  return {
    whole: planned.every(({ transactional }) => transactional),
    statements: planned,
    leftOut: statements.filter((one) => isLeftOut(one, kind)).map(({ shown }) => showStatement(shown)),
    refusal,
  };
}

const TEXT_MAX = 120;
/** As much of it as stands in a log. */
export const showStatement = (shown: string): string =>
  shown.length > TEXT_MAX ? `${shown.slice(0, TEXT_MAX - 1)}…` : shown;
