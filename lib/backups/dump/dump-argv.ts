import type { StepLog } from "#lib/steps/types.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import type { SqlSession } from "./sql-session.ts";

/** What is said of the dump besides `dumpArgv`, as the database has tables whose history would be left out. */
export async function findHistoryFlags(
  session: SqlSession,
  { history }: DatabaseEngine,
  { database }: Login,
  log: StepLog,
): Promise<string[]> {
  if (!history) return [];
  const [row = ""] = await session.query(history.sql(database));
  const [any, dumpable] = row.split("\t");
  if (any !== "1") return [];
  if (dumpable === "1") return [history.flag];
  log.warn(
    "System-versioned tables are dumped as they are now, without their history and without being counted: that takes MariaDB 10.11, and history by time",
  );
  return [];
}

/** The program comes first, and the database last. */
export const withFlags = (argv: readonly string[], flags: readonly string[]) => argv.toSpliced(1, 0, ...flags);
