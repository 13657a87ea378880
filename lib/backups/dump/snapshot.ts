import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "#lib/platform/errors.ts";
import type { StepLog } from "#lib/steps/types.ts";
import type { DatabaseEngine, Login, ServerSettings, TableScan } from "../engines/types.ts";
import type { Counts } from "../schema/manifest.ts";
import { type Counted, mergeCounts } from "./counts.ts";
import { findHistoryFlags } from "./dump-argv.ts";
import type { RunProgram } from "./place.ts";
import { liftLimits, openReadingSession } from "./reading-session.ts";
import type { SqlSession } from "./sql-session.ts";

/** The state of the database that a dump shows, and how many rows each table had in it. */
export interface Snapshot {
  /** For dumps that can join it by name. */
  name: string | null;
  /** What is said of the dump besides `dumpArgv`. */
  dumpFlags: string[];
  serverSettings: ServerSettings;
  /** Resolves when the dump reads from the same state; until then nobody writes. `ended` settles if it dies first. */
  waitForDump(ended: Promise<unknown>): Promise<void>;
  survey(): Promise<Survey>;
  /** False: only a range can be had, from before the dump to after it. */
  exact: boolean;
  close(): void;
}

/** What a database holds: rows of each table and, where it is always the same after a restore, a checksum. */
export interface Survey extends Counted {
  checksums: Record<string, string>;
  /** Tables that are there, of which a dump has not all rows. */
  uncounted?: string[];
}

interface SnapshotOptions {
  run: RunProgram;
  engine: DatabaseEngine;
  login: Login;
  log: StepLog;
  signal: AbortSignal;
}

export function openSnapshot(place: SnapshotOptions): Promise<Snapshot> {
  return place.engine.kind === "postgresql" ? openPostgresSnapshot(place) : openMysqlSnapshot(place);
}

const openSession = ({ run, engine, login, signal }: SnapshotOptions) => openReadingSession(run, engine, login, signal);

async function openPostgresSnapshot(place: SnapshotOptions): Promise<Snapshot> {
  const session = await openSession(place);
  try {
    const serverSettings = await readServerSettings(session, place.engine, place.login.database);
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const [name] = await session.query("SELECT pg_export_snapshot()");
    return {
      ...{ name: name ?? null, dumpFlags: [], serverSettings },
      waitForDump: async () => {},
      exact: true,
      survey: () => surveyTables(session, place),
      close: () => session.close(),
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

export async function readServerSettings(
  session: SqlSession,
  engine: DatabaseEngine,
  database: string,
): Promise<ServerSettings> {
  const rows = await session.query(engine.settingsSql(database));
  return Object.fromEntries(rows.map((row) => row.split("\t") as [string, string]));
}

const LOCK_WAIT_S = 5;
const QUIET_LOOKS = 10;
const QUIET_PAUSE_MS = 1_000;
/** Back to it after each table lets go of the table: an ALTER that waits for it holds up everybody who comes after. */
const FORGET_TABLE = "ROLLBACK TO SAVEPOINT snapshot";
const DUMP_START_MS = 20_000;

/**
 * MariaDB and MySQL cannot share a snapshot by name. All writing is held for the moment in which both the counting and the
 * dumping connection open theirs; a snapshot outlives the lock of its own connection. Where something long keeps that lock away,
 * rows are counted before and after instead.
 */
async function openMysqlSnapshot(place: SnapshotOptions): Promise<Snapshot> {
  let session = await openSession(place);
  try {
    const serverSettings = await readServerSettings(session, place.engine, place.login.database);
    const dumpFlags = await findHistoryFlags(session, place.engine, place.login, place.log);
    const locked = await lockAll(session, place);
    if (!locked) {
      // The client ends at its first error.
      session.close();
      session = await openSession(place);
    }
    await session.query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    await session.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    await session.query("SAVEPOINT snapshot");
    const before = locked ? null : await countTables(session, place, FORGET_TABLE);
    if (before) await session.query("COMMIT");
    return {
      ...{ name: null, dumpFlags, serverSettings },
      waitForDump: async (ended) => {
        if (!locked) return;
        const began = await waitForTransaction(session, ended, place.signal);
        await session.query("UNLOCK TABLES");
        await session.query("SET SESSION lock_wait_timeout = DEFAULT");
        await liftLimits(session, place.engine);
        if (!began)
          throw new AppError({
            code: "backups.dump_not_started",
            message: "The dump did not begin to read in time.",
            retry: "retry",
          });
      },
      exact: locked,
      survey: async () => {
        if (before) return { counts: mergeCounts(before, await countTables(session, place)), checksums: {} };
        const survey = await surveyTables(session, place, { afterTable: FORGET_TABLE });
        await session.query("COMMIT");
        return survey;
      },
      close: () => session.close(),
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

async function lockAll(session: SqlSession, { log, signal }: SnapshotOptions): Promise<boolean> {
  if (!(await waitForQuiet(session, signal))) {
    log.warn(
      "Statements that take long leave no moment to hold all writing; rows are counted before and after the dump instead of in it",
    );
    return false;
  }
  // If this process stops while it holds the lock, the server lets go by itself.
  await session.query("SET SESSION wait_timeout = 30");
  await session.query(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`);
  const began = Date.now();
  try {
    await session.query("FLUSH TABLES WITH READ LOCK");
    return true;
  } catch {
    const why =
      Date.now() - began < LOCK_WAIT_S * 900
        ? "This account may not hold all writing for a moment (RELOAD)"
        : `Something held a table for ${LOCK_WAIT_S} s`;
    log.warn(`${why}; rows are counted before and after the dump instead of in it`);
    return false;
  }
}

/**
 * A flush that gives up leaves the tables it asked for closed to everybody, until whoever reads them has ended: it is not begun beside
 * a statement that has taken long already. Waiting for a named lock reads no table.
 */
async function waitForQuiet(session: SqlSession, signal: AbortSignal): Promise<boolean> {
  for (let look = 1; ; look++) {
    const [long] = await session.query(
      "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER <> 'system user' " +
        "AND COMMAND IN ('Query', 'Execute') AND COALESCE(STATE, '') <> 'User lock' AND TIME >= 2",
    );
    if (Number(long) === 0) return true;
    if (look === QUIET_LOOKS) return false;
    await delay(QUIET_PAUSE_MS, undefined, { signal });
  }
}

/**
 * InnoDB gathers its list of transactions anew only after nobody has read it for 100 ms: who asks more often is told the same for ever,
 * and writing would be held as long as the whole dump takes. Two who ask in turn may do that to each other, until their pauses are longer.
 */
const ASK_AGAIN_MS = 110;

/**
 * The dump's transaction: one of the same account on the same database that came while all writing was held. The app may have one of
 * its own, and another of the server's databases may be dumped at the same time. InnoDB's times are of the system's zone, not of the
 * session's: they are compared with ours.
 */
async function waitForTransaction(session: SqlSession, ended: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + DUMP_START_MS;
  let over = false;
  const end = ended.then(
    () => (over = true),
    () => (over = true),
  );
  for (let pause = ASK_AGAIN_MS; Date.now() < deadline; pause = Math.min(pause * (1 + Math.random()), 1_000)) {
    await Promise.race([end, delay(pause, undefined, { signal })]);
    const [found] = await session.query(
      "SELECT COUNT(*) FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p " +
        "ON p.ID = t.trx_mysql_thread_id WHERE p.ID > CONNECTION_ID() " +
        "AND p.USER = SUBSTRING_INDEX(USER(), '@', 1) AND p.DB = DATABASE() AND t.trx_started >= " +
        "(SELECT trx_started FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = CONNECTION_ID())",
    );
    if (Number(found) > 0 || over) return true;
  }
  return false;
}

/** A whole row of the list: a name as the server quoted it, nothing after it but the mark. */
const TABLE_ROW =
  /^(?:`(?:[^`\p{Cc}]|``)+`|(?:"(?:[^"\p{Cc}]|"")+"|[a-z_][a-z0-9_]*)(?:\.(?:"(?:[^"\p{Cc}]|"")+"|[a-z_][a-z0-9_]*))?)\t[01]\t[0-4]$/u;

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
const countTables = async (session: SqlSession, place: SurveyPlace, afterTable?: string): Promise<Counts> =>
  (await surveyTables(session, place, { withChecksums: false, afterTable })).counts;

type SurveyPlace = Pick<SnapshotOptions, "engine" | "login" | "log">;

/** Rows and checksums of every table, in the session's own snapshot. */
export async function surveyTables(
  session: SqlSession,
  { engine, login, log }: SurveyPlace,
  { withChecksums = true, afterTable }: { withChecksums?: boolean; afterTable?: string | undefined } = {},
): Promise<Survey> {
  const survey: Survey = { counts: {}, checksums: {} };
  for (const sql of withChecksums ? engine.beforeCounting : []) await session.query(sql);
  const tables = await session.query(engine.listTablesSql(login.database));
  assertTableRows(tables);
  for (const row of tables) {
    const [table = "", transactional, repeatable] = row.split("\t");
    if (repeatable === "4") {
      survey.uncounted = [...(survey.uncounted ?? []), table];
      continue;
    }
    if (transactional === "0") {
      log.warn(`Table ${table} is not transactional: what changes in it during the dump may be missing`);
      survey.outsideSnapshot = [...(survey.outsideSnapshot ?? []), table];
    }
    const { rows, checksum } =
      withChecksums && repeatable !== "0"
        ? await scanTable(session, engine, table, repeatable !== "1")
        : await countTable(session, engine, table);
    // One with its history is compared by its checksum alone: backups of before did not count such tables, and would seem to lack them.
    if (repeatable !== "3") survey.counts[table] = [rows, rows];
    if (checksum !== null) survey.checksums[table] = checksum;
    if (afterTable) await session.query(afterTable);
  }
  return survey;
}

async function scanTable(
  session: SqlSession,
  { scan }: DatabaseEngine,
  table: string,
  inPartitions: boolean,
): Promise<TableScan> {
  const answers: string[][] = [];
  for (const sql of scan.sql(table, inPartitions)) answers.push(await session.query(sql));
  const found = scan.read(answers);
  if (Number.isSafeInteger(found.rows) && found.rows >= 0) return found;
  throw new AppError({
    code: "backups.not_counted",
    message: `The rows of table ${table} could not be counted.`,
    retry: "retry",
  });
}

async function countTable(session: SqlSession, engine: DatabaseEngine, table: string): Promise<TableScan> {
  return { rows: Number((await session.query(engine.countSql(table)))[0]), checksum: null };
}
