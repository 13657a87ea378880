import cronstrue from "cronstrue";

/** "At 02:00, every day"; null when there is nothing to say. */
export function describeCron(cron: string | null): string | null {
  if (cron === null) return null;
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: true, throwExceptionOnParseError: true });
  } catch {
    return cron;
  }
}

/** The databases that a point of MongoDB has something of: its collections are named with them. */
export const listDatabases = (counts: Record<string, unknown>): string[] =>
  [...new Set(Object.keys(counts).map((name) => name.slice(0, name.indexOf("."))))].sort();

/** A table's name as people say it: without the quotes that MariaDB and MySQL put around every one. */
export const sayTable = (quoted: string): string =>
  /^`.+`$/s.test(quoted) ? quoted.slice(1, -1).replaceAll("``", "`") : quoted;
