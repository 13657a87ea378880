import type { SqlKind } from "#lib/backups/constants.ts";

export interface Problem {
  line: number;
  message: string;
}

/**
 * Invisible characters other than tabs and line breaks, wherever they are: a program's line ends at the first zero, and
 * PostgreSQL's comment at a carriage return. Those that turn the direction of reading show people something else than is run.
 */
const CONTROL = /(?![\t\n\r])\p{Cc}|\r(?!\n)|[\u202a-\u202e\u2066-\u2069]/u;
/** What looks like a space and is a letter to a database. */
const NO_SPACE = /(?![ \t\n\r])\s|\p{Cf}/u;

const PLAIN = {
  backslash: "A backslash outside a text begins a command of the client. Leave it out.",
  backslashName: "Leave the backslash out of what stands in double quotes.",
  backslashText: "PostgreSQL and the panel could read this backslash differently. Write chr(92) instead.",
  dollar: "A $ outside a text is not understood here. Write texts in single quotes.",
  backtick: "PostgreSQL quotes names in double quotes, not in backticks.",
  hash: "# begins no comment in PostgreSQL. Write --.",
  dashes: "Put a space after --, or between the two minus signs.",
  executable: "Comments that MariaDB and MySQL run (/*! or /*M!) are not accepted. Write what they say.",
  nested: "A comment inside a comment is not accepted.",
  stray: "This ends a comment that has no beginning.",
  open: "This is never closed.",
  control: "There is an invisible character here. Type the line anew.",
  delimiter: "DELIMITER is a command of the client. End each statement with a semicolon.",
} as const;

/**
 * Looks for what the panel and the database could read differently. What hides a statement from the reader would hide it from who
 * approves, too: so anything that is not plain is refused rather than guessed.
 */
export function findAmbiguity(script: string, kind: SqlKind): Problem | null {
  const isPostgres = kind === "postgresql";
  let line = 1;
  let at = 0;
  const refuse = (why: keyof typeof PLAIN, where = line): Problem => ({ line: where, message: PLAIN[why] });
  const move = (to: number) => {
    for (; at < to; at++) if (script[at] === "\n") line += 1;
  };
  const control = CONTROL.exec(script);
  if (control) return refuse("control", script.slice(0, control.index).split("\n").length);
  while (at < script.length) {
    const char = script[at] ?? "";
    const two = script.slice(at, at + 2);
    if (NO_SPACE.test(char)) return refuse("control");
    if ((at === 0 || script[at - 1] === "\n") && /^[ \t]*delimiter\b/i.test(script.slice(at, at + 200)))
      return refuse("delimiter");
    if (char === "'" || char === '"' || (char === "`" && !isPostgres)) {
      const from = line;
      const end = findClose(script, at, char, char === "'" && !isPostgres);
      if (end < 0) return refuse("open", from);
      const inside = script.slice(at, end);
      if (inside.includes("\\") && char !== "'") return refuse("backslashName", from);
      if (inside.includes("\\") && isPostgres) return refuse("backslashText", from);
      if (/^[ \t]*delimiter\b/im.test(inside)) return refuse("delimiter", from);
      move(end);
    } else if (two === "/*") {
      if (/^\/\*M?!/i.test(script.slice(at, at + 4))) return refuse("executable");
      const end = script.indexOf("*/", at + 2);
      if (end < 0) return refuse("open");
      if (script.slice(at + 2, end).includes("/*")) return refuse("nested");
      move(end + 2);
    } else if (two === "--") {
      if (!isPostgres && !/^[ \t\r\n]?$/.test(script[at + 2] ?? "")) return refuse("dashes");
      move(endOfLine(script, at));
    } else if (char === "#") {
      if (isPostgres) return refuse("hash");
      move(endOfLine(script, at));
    } else if (two === "*/") return refuse("stray");
    else if (char === "\\") return refuse("backslash");
    else if (char === "$") return refuse("dollar");
    else if (char === "`") return refuse("backtick");
    else move(at + 1);
  }
  return null;
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf("\n", at);
  return end < 0 ? script.length : end;
}

/** Past the closing quote; -1: there is none. A doubled quote reads as two texts beside each other, which is as good. */
function findClose(script: string, at: number, quote: string, escapes: boolean): number {
  for (let index = at + 1; index < script.length; index++) {
    if (escapes && script[index] === "\\") index += 1;
    else if (script[index] === quote) return index + 1;
  }
  return -1;
}
