import type { SqlKind } from "#lib/backups/constants.ts";
import { findAmbiguity, type Problem } from "#lib/releases/sql-lint/find-ambiguity.ts";
import { type Statement, splitStatements } from "#lib/releases/sql-lint/split-statements.ts";
import { STATEMENTS_MAX } from "../constants.ts";

/** One statement as it is given to the database. */
export interface ReadStatement {
  line: number;
  /** INSERT, UPDATE, … as people call it. */
  verb: string;
  sql: string;
}

const VERBS = new Set(["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]);
const MORE: Record<SqlKind, ReadonlySet<string>> = {
  mariadb: new Set(["REPLACE", "SET"]),
  mysql: new Set(["REPLACE", "SET"]),
  postgresql: new Set(["MERGE"]),
};

const SCHEMA =
  /^(CREATE|ALTER|DROP|TRUNCATE|RENAME|COMMENT|ANALYZE|OPTIMIZE|REPAIR|REINDEX|CLUSTER|VACUUM|REFRESH|IMPORT|INSTALL|UNINSTALL|SECURITY)$/;
const TRANSACTION = /^(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|END|ABORT|XA|LOCK|UNLOCK|PREPARE|FLUSH|RESET)$/;
const ACCOUNTS = /^(USE|GRANT|REVOKE|KILL|SHUTDOWN|PURGE|CHANGE|STOP|REASSIGN|DISCARD)$/;
const HIDDEN = /^(CALL|DO|EXECUTE|DEALLOCATE|LOAD|COPY|HANDLER|DECLARE|FETCH|MOVE|CLOSE|LISTEN|NOTIFY)$/;
const CLIENT = /^(SOURCE|SYSTEM|TEE|PAGER|CONNECT|QUIT|EXIT)$/;

function explainVerb(verb: string, kind: SqlKind): string {
  if (SCHEMA.test(verb))
    return kind === "postgresql"
      ? `${verb} changes the schema: that belongs to a release.`
      : `${verb} changes the schema, which ends the transaction and cannot be taken back: that belongs to a release.`;
  if (TRANSACTION.test(verb)) return `Leave ${verb} out: the panel runs all of it in one transaction of its own.`;
  if (ACCOUNTS.test(verb)) return `${verb} reaches beyond the rows of this one database.`;
  if (HIDDEN.test(verb)) return `What ${verb} does cannot be read from it. Write the rows it changes.`;
  if (CLIENT.test(verb)) return `${verb} is a command of the client, not a statement.`;
  return `${verb} is not accepted here: write SELECT, INSERT, UPDATE or DELETE.`;
}

const INTO_BEFORE = new Set(["INSERT", "REPLACE", "MERGE", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY"]);

/** INTO a file, or into a table made for it; into a table that is named, or a variable, is all right. */
function findInto(tokens: readonly string[], kind: SqlKind): string | undefined {
  for (const [index, token] of tokens.entries()) {
    if (token !== "INTO" || INTO_BEFORE.has(tokens[index - 1] ?? "")) continue;
    if (kind !== "postgresql" && tokens[index + 1] === "@" && tokens[index + 2] !== "@") continue;
    return kind === "postgresql"
      ? "SELECT … INTO makes a table: that belongs to a release."
      : "SELECT … INTO may only fill a variable such as @id.";
  }
  return undefined;
}

/** SET fills variables of one's own; everything else it changes is the server's. */
function findSet(tokens: readonly string[]): string | undefined {
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (index > 0 && !(token === "," && depth === 0)) continue;
    if (tokens[index + 1] !== "@" || tokens[index + 2] === "@")
      return "SET may only fill variables of your own, such as @id.";
  }
  return undefined;
}

function findProblem({ tokens, line }: Statement, kind: SqlKind): Problem | undefined {
  const verb = tokens[0] ?? "";
  const isWord = /^[A-Z_]+$/.test(verb);
  if (!VERBS.has(verb) && !MORE[kind].has(verb))
    return {
      line,
      message: isWord ? explainVerb(verb, kind) : "A statement begins with SELECT, INSERT, UPDATE, DELETE or WITH.",
    };
  const message =
    (verb === "SET" ? findSet(tokens) : undefined) ??
    findInto(tokens, kind) ??
    (tokens.includes("OUTFILE") || tokens.includes("DUMPFILE") ? "Nothing may be written to a file." : undefined);
  return message ? { line, message } : undefined;
}

/** Takes a script apart and says what of it may not be run on production data, each with its line. */
export function readStatements(script: string, kind: SqlKind): { statements: ReadStatement[]; problems: Problem[] } {
  const ambiguous = findAmbiguity(script, kind);
  if (ambiguous) return { statements: [], problems: [ambiguous] };
  const found = splitStatements(script, kind);
  const problems = found.flatMap((statement) => findProblem(statement, kind) ?? []);
  if (found.length === 0) problems.push({ line: 1, message: "There is no statement in it." });
  if (found.length > STATEMENTS_MAX)
    problems.push({ line: 1, message: `There are ${found.length} statements; ${STATEMENTS_MAX} at most.` });
  const statements = found.map(({ line, tokens, text }) => ({ line, verb: tokens[0] ?? "", sql: text }));
  if (problems.length === 0 && statements.every(({ verb }) => verb === "SELECT" || verb === "SET"))
    problems.push({ line: 1, message: "Nothing of it changes a row." });
  return { statements, problems };
}

/** As it stands beside the field. */
export const nameProblems = (problems: readonly Problem[]): string =>
  problems
    .slice(0, 5)
    .map(({ line, message }) => `Line ${line}: ${message}`)
    .join("\n");
