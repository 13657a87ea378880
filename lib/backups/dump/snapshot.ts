import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "#lib/platform/errors.ts";
import type { StepLog } from "#lib/steps/types.ts";
import type { DatabaseEngine, Login } from "../engines/types.ts";
import type { Counts, Engine } from "../schema.ts";
import { mergeCounts } from "./counts.ts";
import { SqlSession } from "./sql-session.ts";

/** The state of the database that a dump shows, and how many rows each table had in it. */
export interface Snapshot {
  /** For dumps that can join it by name. */
  name: string | null;
  /** Resolves when the dump reads from the same state; until then nobody writes. `ended` settles if it dies first. */
  waitForDump(ended: Promise<unknown>): Promise<void>;
  count(): Promise<Counts>;
  /** False: only a range can be had, from before the dump to after it. */
  exact: boolean;
  close(): void;
}

interface Place {
  containerId: string;
  engine: DatabaseEngine;
  kind: Engine;
  login: Login;
  log: StepLog;
  signal: AbortSignal;
}

export function openSnapshot(place: Place): Promise<Snapshot> {
  return place.kind === "postgresql" ? openPostgresSnapshot(place) : openMysqlSnapshot(place);
}

async function openPostgresSnapshot(place: Place): Promise<Snapshot> {
  const session = await SqlSession.open(place.containerId, place.engine, place.login, place.signal);
  try {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [name] = await session.query("SELECT pg_export_snapshot()");
    return {
      name: name ?? null,
      waitForDump: async () => {},
      exact: true,
      count: () => countTables(session, place),
      close: () => session.close(),
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

const LOCK_WAIT_S = 5;
const DUMP_START_MS = 20_000;

/**
 * MariaDB and MySQL cannot share a snapshot by name. All writing is held for the moment in which both the counting and the
 * dumping connection open theirs. Where something long keeps that lock away, rows are counted before and after instead.
 */
async function openMysqlSnapshot(place: Place): Promise<Snapshot> {
  const open = () => SqlSession.open(place.containerId, place.engine, place.login, place.signal);
  const [locker, counter] = await Promise.all([open(), open()]);
  const close = () => {
    locker.close();
    counter.close();
  };
  try {
    const locked = await lockAll(locker, place);
    await counter.query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await counter.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    const [own] = await counter.query("SELECT CONNECTION_ID()");
    const before = locked ? null : await countTables(counter, place);
    return {
      name: null,
      waitForDump: async (ended) => {
        if (!locked) return;
        const began = await waitForTransaction(locker, own ?? "", ended, place.signal);
        await locker.query("UNLOCK TABLES");
        locker.close();
        if (!began)
          throw new AppError({
            code: "backups.dump_not_started",
            message: "The dump did not begin to read in time.",
            retry: "retry",
          });
      },
      exact: locked,
      count: async () => {
        if (!before) return countTables(counter, place);
        await counter.query("COMMIT");
        return mergeCounts(before, await countTables(counter, place));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function lockAll(session: SqlSession, { log }: Place): Promise<boolean> {
  // If this process stops while it holds the lock, the server lets go by itself.
  await session.query("SET SESSION wait_timeout = 30");
  await session.query(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`);
  try {
    await session.query("FLUSH TABLES WITH READ LOCK");
    return true;
  } catch {
    log.warn(
      `Something held a table for ${LOCK_WAIT_S} s; rows are counted before and after the dump instead of in it`,
    );
    return false;
  }
}

/** The dump's transaction: the one other than ours that came while all writing was held. */
async function waitForTransaction(
  session: SqlSession,
  counterId: string,
  ended: Promise<unknown>,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = Date.now() + DUMP_START_MS;
  let over = false;
  ended.then(
    () => (over = true),
    () => (over = true),
  );
  while (Date.now() < deadline) {
    const [found] = await session.query(
      "SELECT COUNT(*) FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p " +
        `ON p.ID = t.trx_mysql_thread_id WHERE p.ID NOT IN (${Number(counterId)}, CONNECTION_ID()) ` +
        "AND (p.INFO IS NULL OR p.INFO NOT LIKE 'START TRANSACTION%') AND t.trx_started >= NOW() - INTERVAL 60 SECOND",
    );
    if (Number(found) > 0 || over) return true;
    await delay(50, undefined, { signal });
  }
  return false;
}

/** A whole row of the list: a name as the server quoted it, nothing after it but the mark. */
const TABLE_ROW =
  /^(?:`(?:[^`\p{Cc}]|``)+`|(?:"(?:[^"\p{Cc}]|"")+"|[a-z_][a-z0-9_]*)(?:\.(?:"(?:[^"\p{Cc}]|"")+"|[a-z_][a-z0-9_]*))?)\t[01]$/u;

/**
 * Tables are named by whoever may write to the database, and these names go into statements of its root: one with a line break
 * would be read as two, the second of which could be any statement, or a command of the client's.
 */
export function assertTableRows(rows: readonly string[]): void {
  if (rows.every((row) => TABLE_ROW.test(row))) return;
  throw new AppError({
    code: "backups.table_name",
    message: "A table has a name with characters that the panel puts into no statement, such as a line break.",
    advice: "Rename the table, then retry.",
    retry: "needs_person",
  });
}

/** Rows of every table, in the session's own snapshot. */
export async function countTables(
  session: SqlSession,
  place: Pick<Place, "engine" | "login" | "log">,
): Promise<Counts> {
  const counts: Counts = {};
  const rows = await session.query(place.engine.listTablesSql(place.login.database));
  assertTableRows(rows);
  for (const row of rows) {
    const [table = "", transactional] = row.split("\t");
    if (transactional === "0")
      place.log.warn(`Table ${table} is not transactional: what changes in it during the dump may be missing`);
    const [count] = await session.query(`SELECT COUNT(*) FROM ${table}`);
    counts[table] = [Number(count), Number(count)];
  }
  return counts;
}
