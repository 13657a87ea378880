import type { SqlKind } from "#lib/backups/constants.ts";
import { findAmbiguity } from "./find-ambiguity.ts";
import { findUnknownCall } from "./harmless-functions.ts";
import { type Statement, splitStatements } from "./split-statements.ts";

/**
 * What a statement does to what is there: `loses` takes data away, `breaks` makes the release before it fail (so that going back needs
 * more than the old image), `changes` is a change of the schema that the old release can live with, `unknown` hides what it does.
 */
type SqlEffect = "loses" | "breaks" | "changes" | "unknown";

interface SqlFinding {
  effect: SqlEffect;
  line: number;
  /** The statement's beginning. */
  text: string;
  why: string;
}

export interface SqlReport {
  statements: number;
  findings: SqlFinding[];
  dataLoss: boolean;
  schemaChange: boolean;
  /** The release before cannot simply be started again. */
  irreversible: boolean;
}

const TEXT_MAX = 160;

interface Verdict {
  effect: SqlEffect;
  why: string;
}
type Rule = (joined: string, kind: SqlKind) => Verdict | undefined;

const rule =
  (pattern: RegExp, effect: SqlEffect, why: string): Rule =>
  (joined) =>
    pattern.test(joined) ? { effect, why } : undefined;

/** What a column is given or freed from, rather than the column. */
const OF_COLUMN = /\bALTER (COLUMN )?\S+ DROP (DEFAULT|NOT NULL|EXPRESSION|IDENTITY)\b/g;
const NOT_A_COLUMN = {
  // KEY or INDEX may be a column's name there.
  postgresql: /\bDROP (?!CONSTRAINT\b)/,
  mysql: /\bDROP (?!(CONSTRAINT|INDEX|KEY|PRIMARY KEY|FOREIGN KEY|CHECK)\b)/,
};
const dropsColumn: Rule = (joined, kind) =>
  /^ALTER (FOREIGN )?TABLE\b/.test(joined) &&
  NOT_A_COLUMN[kind === "postgresql" ? "postgresql" : "mysql"].test(joined.replaceAll(OF_COLUMN, ""))
    ? { effect: "loses", why: "takes a column away with what is in it" }
    : undefined;

/** Reading runs the functions it names. */
const callsUnknown: Rule = (joined, kind) => {
  const read = /^(SELECT|INSERT|SET|VALUES)\b/.test(joined)
    ? joined
    : joined.match(/^CREATE (?!.*\b(FUNCTION|PROCEDURE|TRIGGER)\b).*?\b(SELECT\b.*)/)?.[2];
  const name = read && findUnknownCall(read, kind);
  return name
    ? {
        effect: "unknown",
        why: `what ${name.startsWith("«") ? "the function" : `${name}()`} does cannot be read from it`,
      }
    : undefined;
};

/** Every word of the language after which something is gone. What is none of these and none of the harmless ones is unknown. */
const RULES: readonly Rule[] = [
  rule(
    /^DROP (TEMPORARY )?(TABLE|DATABASE|SCHEMA|MATERIALIZED VIEW|SEQUENCE|TABLESPACE)\b/,
    "loses",
    "takes it away with all that is in it",
  ),
  rule(/^TRUNCATE\b/, "loses", "empties the table"),
  rule(/^DELETE (?!.*\bWHERE\b)/, "loses", "deletes every row: it has no WHERE"),
  rule(/^(WITH .*)?\bDELETE FROM\b/, "loses", "deletes rows"),
  rule(/^DELETE\b/, "loses", "deletes rows"),
  rule(/^(WITH .*)?UPDATE (?!.*\bWHERE\b)/, "loses", "overwrites every row: it has no WHERE"),
  rule(/^(WITH .*)?UPDATE\b/, "loses", "overwrites what is there"),
  rule(/^REPLACE\b/, "loses", "overwrites rows with the same key"),
  rule(/^INSERT\b.*\bON (DUPLICATE KEY UPDATE|CONFLICT .*\bDO UPDATE)\b/, "loses", "overwrites rows with the same key"),
  rule(/^(WITH .*)?\bMERGE\b/, "loses", "may overwrite or delete rows"),
  rule(/^CREATE OR REPLACE (TEMPORARY )?(TABLE|DATABASE|SCHEMA|SEQUENCE)\b/, "loses", "empties what was there before"),
  rule(/^DROP\b.*\bCASCADE\b/, "loses", "takes away what depends on it, columns too"),
  rule(/^ALTER TABLE\b.*\b(DROP|TRUNCATE) PARTITION\b/, "loses", "takes the partition's rows away"),
  rule(
    /^ALTER TABLE\b.*\b((DISCARD|IMPORT)\b.*\bTABLESPACE|EXCHANGE PARTITION|CONVERT (PARTITION|TABLE))\b/,
    "loses",
    "takes the table's rows away, or puts others there",
  ),
  rule(
    /^ALTER (TABLE|DATABASE)\b.*\bCONVERT TO (CHARACTER SET|CHARSET)\b/,
    "loses",
    "writes every text anew: what the character set does not have is lost",
  ),
  rule(/^ALTER TABLE\b.*\bENGINE (= )?(?!=|INNODB\b)/, "loses", "moves the rows into an engine that may not keep them"),
  rule(/^ALTER TYPE\b.*\bDROP ATTRIBUTE\b/, "loses", "takes an attribute away with what is in it"),
  dropsColumn,
  rule(/^ALTER TABLE\b.*\b(MODIFY|CHANGE)\b/, "loses", "gives a column another type or name: what does not fit is cut"),
  rule(
    /^ALTER TABLE\b.*\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b/,
    "loses",
    "gives a column another type: what does not fit is cut",
  ),
  rule(
    /^(CREATE( OR REPLACE)?( DEFINER\b.*?)?|ALTER( DEFINER\b.*?)?) (EVENT|RULE)\b/,
    "unknown",
    "what it runs later, and when, is not seen by anybody",
  ),
  rule(
    /^CREATE\b.*\bTRIGGER\b.*\bFOR EACH ROW\b.*\b(DELETE|DROP|TRUNCATE|UPDATE|REPLACE|CALL)\b/,
    "unknown",
    "it changes other rows whenever the app writes",
  ),
  rule(/^ALTER (SYSTEM|USER|ROLE|SERVER)\b/, "unknown", "reaches beyond this database"),
  callsUnknown,
  rule(
    /^(RENAME TABLE|ALTER (TABLE|VIEW|SEQUENCE|TYPE|SCHEMA)\b.*\bRENAME\b)/,
    "breaks",
    "the release before looks for the old name",
  ),
  rule(
    /^ALTER TABLE\b.*\bADD (COLUMN )?(?!CONSTRAINT|INDEX|KEY|UNIQUE|PRIMARY|FOREIGN|CHECK|FULLTEXT|SPATIAL)[^,]*\bNOT NULL\b(?!.*\b(DEFAULT|GENERATED|AUTO_INCREMENT)\b)/,
    "breaks",
    "the release before does not fill the new column",
  ),
  rule(/^ALTER TABLE\b.*\bSET NOT NULL\b/, "breaks", "the release before may leave it empty"),
  rule(
    /^ALTER TABLE\b.*\bADD (CONSTRAINT|UNIQUE|PRIMARY|FOREIGN|CHECK)\b/,
    "breaks",
    "what the release before writes may be refused",
  ),
  rule(
    /^DROP (VIEW|FUNCTION|PROCEDURE|TRIGGER|EVENT|TYPE|DOMAIN|EXTENSION|AGGREGATE|RULE|OPERATOR)\b/,
    "breaks",
    "the release before may still use it",
  ),
  rule(/^CREATE UNIQUE INDEX\b/, "breaks", "what the release before writes may be refused"),
  rule(/^CREATE OR REPLACE\b/, "breaks", "what was there under this name is replaced"),
  rule(
    /^(CREATE|ALTER|COMMENT|DROP INDEX|ANALYZE|OPTIMIZE|REINDEX|VACUUM|GRANT|REVOKE)\b/,
    "changes",
    "changes the schema",
  ),
  rule(
    /^(DO|CALL|EXECUTE|EXEC|PREPARE|LOAD|COPY|SOURCE|HANDLER|IMPORT|INSTALL|SET (GLOBAL|PERSIST|PASSWORD|ROLE))\b|^\\/,
    "unknown",
    "what it does cannot be read from it",
  ),
];

const HARMLESS =
  /^(SELECT(?!.*\bINTO\b)|INSERT|BEGIN|START TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|USE|LOCK|UNLOCK|EXPLAIN|DESCRIBE|DESC|DEALLOCATE)\b/;

/** What is carried out by being explained, or with a setting for itself, is judged as itself. */
function unwrap(joined: string): string {
  const explained =
    /^(?:EXPLAIN|DESCRIBE|DESC) (\( [^()]* \) |(?:(?:ANALYZE|VERBOSE|EXTENDED|FORMAT = \S+) )+)(.*)$/.exec(joined);
  if (explained && /\bANALY[SZ]E\b/.test(explained[1] ?? "")) return unwrap(explained[2] ?? "");
  const analyzed = /^ANALYZE (?:FORMAT = \S+ )?((?:SELECT|INSERT|REPLACE|UPDATE|DELETE|WITH)\b.*)$/.exec(joined);
  if (analyzed) return unwrap(analyzed[1] ?? "");
  const set = /^SET STATEMENT .*? FOR (.*)$/.exec(joined);
  return set ? unwrap(set[1] ?? "") : joined;
}

const shorten = (text: string) => {
  const short = text.replaceAll(/\s+/g, " ");
  return short.length > TEXT_MAX ? `${short.slice(0, TEXT_MAX - 1)}…` : short;
};

function judge({ tokens, text, line }: Statement, kind: SqlKind): SqlFinding | undefined {
  const joined = unwrap(tokens.join(" ").replaceAll(" . ", "."));
  const found = RULES.map((one) => one(joined, kind)).find((one) => one !== undefined);
  const verdict: Verdict | undefined =
    found ?? (HARMLESS.test(joined) ? undefined : { effect: "unknown", why: "this statement is not known here" });
  return verdict && { ...verdict, line, text: shorten(text) };
}

/** Where the database could read something else than is judged here. */
function judgeAmbiguity(script: string, kind: SqlKind): SqlFinding[] {
  const problem = findAmbiguity(script, kind);
  if (!problem) return [];
  const { line, message } = problem;
  const text = shorten(script.split("\n")[line - 1] ?? "");
  return [{ effect: "unknown", line, text, why: `the database could read it differently: ${message}` }];
}

/** Reads a migration for what it takes away. It is read with distrust: what it cannot tell it says. */
export function lintMigration(script: string, kind: SqlKind): SqlReport {
  const statements = splitStatements(script, kind);
  const findings = [
    ...judgeAmbiguity(script, kind),
    ...statements.flatMap((statement) => judge(statement, kind) ?? []),
  ];
  const some = (...effects: SqlEffect[]) => findings.some(({ effect }) => effects.includes(effect));
  return {
    statements: statements.length,
    findings,
    dataLoss: some("loses", "unknown"),
    schemaChange: some("breaks", "changes") || findings.some(({ text }) => /^(DROP|ALTER|RENAME)\b/i.test(text)),
    irreversible: some("loses", "breaks", "unknown"),
  };
}
