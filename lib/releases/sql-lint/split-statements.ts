import type { SqlKind } from "#lib/backups/constants.ts";

export interface Statement {
  /** As written, without comments around it. */
  text: string;
  /** As it may stand in a log: without the texts and numbers it holds, for rows may be in there. */
  shown: string;
  /** Line of its first character, from 1. */
  line: number;
  /** Words and signs in upper case; names, strings and comments are out of it: nothing quoted is ever taken for a command. */
  tokens: string[];
}

const DOLLAR = /\$([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const DELIMITER = /[ \t]*DELIMITER[ \t]+(\S+)[ \t]*(?:\r?\n|$)/iy;

/** What stands for a quoted name or text among the tokens. */
const NAME = "«name»";
const TEXT = "«text»";

/** Wherein the languages differ, as far as telling one statement from the next goes. */
interface Dialect {
  word: RegExp;
  number: RegExp;
  hasDollarQuotes: boolean;
  /** `"…"` is a text like `'…'`, `` `…` `` a name, # a comment, and -- only before a space. */
  isMysql: boolean;
}
const POSTGRES: Dialect = {
  word: /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y,
  // 1FROM is read as 1 FROM.
  number: /0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?/y,
  hasDollarQuotes: true,
  isMysql: false,
};
const MYSQL: Dialect = {
  word: /[A-Za-z_$\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y,
  number: /[0-9][0-9A-Za-z_.]*/y,
  hasDollarQuotes: false,
  isMysql: true,
};

/**
 * Takes a script apart into its statements, as this database and its client do: quotes, comments, dollar quotes and DELIMITER are
 * understood. What MariaDB and MySQL run out of `/*! … *\/` counts as written. Where panel and database could still read it
 * differently, `findAmbiguity` refuses it.
 */
export function splitStatements(script: string, kind: SqlKind): Statement[] {
  const { word, number, hasDollarQuotes, isMysql } = kind === "postgresql" ? POSTGRES : MYSQL;
  const statements: Statement[] = [];
  let at = 0;
  let line = 1;
  let delimiter = ";";
  let begin = -1;
  let beginLine = 1;
  let end = 0;
  let tokens: string[] = [];
  let shown = "";
  const move = (to: number) => {
    for (let index = at; index < to; index++) if (script[index] === "\n") line += 1;
    at = to;
  };
  const take = (to: number, token: string, mask?: string) => {
    if (begin < 0) {
      begin = at;
      beginLine = line;
    }
    if (shown !== "" && end < at) shown += " ";
    shown += mask ?? script.slice(at, to);
    tokens.push(token);
    move(to);
    end = at;
  };
  const finish = () => {
    if (begin >= 0) statements.push({ text: script.slice(begin, end), shown, line: beginLine, tokens });
    begin = -1;
    tokens = [];
    shown = "";
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(script);
  };
  const isDashes = () => script.startsWith("--", at) && (!isMysql || /^[ \t\r\n]?$/.test(script[at + 2] ?? ""));
  /** PostgreSQL reads backslashes only in E'…'. */
  const escapes = () => isMysql || (end === at && tokens.at(-1) === "E");
  while (at < script.length) {
    const rest = script.startsWith.bind(script);
    const char = script[at] ?? "";
    const isLineStart = at === 0 || script[at - 1] === "\n";
    const changed = isMysql && isLineStart && begin < 0 ? match(DELIMITER) : null;
    if (changed) {
      delimiter = changed[1] ?? ";";
      move(at + changed[0].length);
    } else if (rest(delimiter, at)) {
      move(at + delimiter.length);
      finish();
    } else if (/\s/.test(char)) move(at + 1);
    else if (isDashes() || (isMysql && char === "#")) move(findEnd(script, "\n", at));
    else if (isMysql && rest("/*!", at)) move(skipVersion(script, at + 3));
    else if (isMysql && /^\/\*M!/i.test(script.slice(at, at + 4))) move(skipVersion(script, at + 4));
    else if (isMysql && rest("*/", at)) move(at + 2);
    else if (rest("/*", at)) move(findCommentEnd(script, at, !isMysql));
    else if (char === "'") take(findQuote(script, at, "'", escapes()), TEXT, "'…'");
    else if (char === '"' && isMysql) take(findQuote(script, at, '"', true), NAME, '"…"');
    else if (char === '"' || (char === "`" && isMysql)) take(findQuote(script, at, char, false), NAME);
    else {
      const dollar = hasDollarQuotes ? match(DOLLAR) : null;
      const found = match(word);
      const digits = match(number);
      if (dollar) take(findEnd(script, dollar[0], at + dollar[0].length), TEXT, "$$…$$");
      else if (found) take(at + found[0].length, found[0].toUpperCase());
      else if (digits) take(at + digits[0].length, "0", "…");
      else take(at + 1, char);
    }
  }
  finish();
  return statements;
}

const skipVersion = (script: string, at: number) => {
  let next = at;
  while (/[0-9]/.test(script[next] ?? "")) next += 1;
  return next;
};

function findEnd(script: string, mark: string, from: number): number {
  const found = script.indexOf(mark, from);
  return found < 0 ? script.length : found + mark.length;
}

/** Past the comment that begins at `at`; PostgreSQL's hold others. */
function findCommentEnd(script: string, at: number, nests: boolean): number {
  if (!nests) return findEnd(script, "*/", at + 2);
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(script); mark; mark = marks.exec(script)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return script.length;
}

/** Past the closing quote; a doubled one belongs to the text, and one after a backslash where those count. */
function findQuote(script: string, at: number, quote: string, escapes: boolean): number {
  for (let index = at + 1; index < script.length; index++) {
    if (escapes && script[index] === "\\") index += 1;
    else if (script[index] === quote && script[index + 1] === quote) index += 1;
    else if (script[index] === quote) return index + 1;
  }
  return script.length;
}
