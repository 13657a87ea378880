import type { SqlKind } from "#lib/backups/constants.ts";
import type { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Migration } from "../schema/content.ts";
import {
  asText,
  countAs,
  findKeepsRows,
  insertRecord,
  lockMigrations,
  NOTED,
  noteBegun,
  noteDone,
  noteNotDone,
  type Records,
  readRecord,
  recordsIn,
} from "./migration-records.ts";
import type { OpenDatabase } from "./open-database.ts";
import { type PlannedMigration, type PlannedStatement, planMigration, showStatement } from "./plan-migration.ts";

export interface MigrationReport {
  id: string;
  /** `before`: it had run there already, by this run's earlier try or another way. */
  result: "ran" | "before";
  statements: number;
  /** Rows changed by each statement of this run; null where the database does not count. */
  rows: (number | null)[];
}

/** Another try may go through. */
const PASSING =
  /lock wait timeout|deadlock|lock timeout|could not serialize|server has gone away|connection to server/i;
const ROWS = "#rows ";

const refused = (code: string, message: string, options: Partial<ConstructorParameters<typeof AppError>[0]> = {}) =>
  new AppError({ code: `releases.${code}`, message, ...options });

/** Runs what has not run yet, in order, each exactly once whoever dies in the middle. Says where it stopped when it did. */
export async function runMigrations(
  database: OpenDatabase,
  migrations: readonly Migration[],
  ctx: StepContext,
): Promise<MigrationReport[]> {
  for (const { id, sql } of migrations) {
    const { refusal } = planMigration(database.kind, sql);
    if (refusal)
      throw refused("migration_refused", `The migration ${id} is not run: ${refusal}.`, {
        advice: "Write it without, and make another release. No migration of this one was run.",
      });
  }
  const reports: MigrationReport[] = [];
  // Each over a connection of its own: what one has set does not reach the next.
  for (const migration of migrations) reports.push(await runMigration(database, migration, ctx));
  return reports;
}

async function runMigration(database: OpenDatabase, migration: Migration, ctx: StepContext): Promise<MigrationReport> {
  const session = await database.connect();
  try {
    if (!(await lockMigrations(session, recordsIn(database))))
      throw refused("migration_busy", "Somebody else migrates this database.", { retry: "retry" });
    const keepsRows = await findKeepsRows(session, database.kind);
    const plan = planMigration(database.kind, migration.sql, { keepsRows });
    return await new Migrator(database, session, { ...migration, plan }, ctx).run();
  } finally {
    session.close();
  }
}

class Migrator {
  readonly #database: OpenDatabase;
  readonly #session: SqlSession;
  readonly #migration: Migration & { plan: PlannedMigration };
  readonly #ctx: StepContext;

  constructor(
    database: OpenDatabase,
    session: SqlSession,
    migration: Migration & { plan: PlannedMigration },
    ctx: StepContext,
  ) {
    this.#database = database;
    this.#session = session;
    this.#migration = migration;
    this.#ctx = ctx;
  }

  get #kind(): SqlKind {
    return this.#database.kind;
  }

  get #records(): Records {
    return recordsIn(this.#database);
  }

  async run(): Promise<MigrationReport> {
    const { id, sql, plan } = this.#migration;
    const { log } = this.#ctx;
    const hash = Buffer.from(sha256(sql)).toString("hex");
    const record = await readRecord(this.#session, this.#records, id);
    if (record && record.hash !== hash)
      throw refused("migration_changed", `A migration ${id} with another text has run in this database.`, {
        advice: "A migration that ran is not changed: write another one.",
      });
    const statements = plan.statements.length;
    if (record?.finished) {
      log.info(`${id} has run here already`);
      return { id, result: "before", statements, rows: [] };
    }
    if (record && record.begun > record.done) this.#refuseUnknown(record.begun);
    for (const text of plan.leftOut) log.info(`${id}: left out, for the panel does this itself: ${text}`);
    const rows = plan.whole && !record ? await this.#runWhole(hash) : await this.#runEach(hash, record?.done ?? null);
    log.info(`${id} has run: ${statements} ${statements === 1 ? "statement" : "statements"}`);
    return { id, result: "ran", statements, rows };
  }

  /** The database itself went down between a statement and its record, or a statement failed that it cannot take back. */
  #refuseUnknown(number: number): never {
    const { id, plan } = this.#migration;
    const statement = plan.statements[number - 1];
    const what = statement?.mayBeKept ? "stopped, or refused the rest," : "stopped";
    throw refused(
      "migration_unknown",
      `The database ${what} while it carried out statement ${number} of ${id} (line ${statement?.line}); whether it was carried out is not known.`,
      {
        retry: "needs_person",
        detail: statement ? showStatement(statement.shown) : "",
        advice: `Look at the database. If it was: UPDATE ${this.#records.table} SET done = ${number}, begun = ${number} WHERE id = '${id}'. If not: SET begun = done instead. Then retry this step.`,
      },
    );
  }

  /** Something has taken the record away, and maybe more: what was carried out would be carried out again. */
  #assertNoted(printed: readonly string[]): void {
    const noted = printed.findLast((line) => line.startsWith(NOTED))?.slice(NOTED.length);
    if (noted === "1") return;
    const { id } = this.#migration;
    throw refused("migration_unnoted", `That ${id} runs could not be noted: its record is not there any more.`, {
      retry: "needs_person",
      advice: `Look at the database and at ${this.#records.table}: whether its statements stay is not known.`,
    });
  }

  /** All of it or nothing, with its record in the same transaction. */
  async #runWhole(hash: string): Promise<(number | null)[]> {
    const { id, plan } = this.#migration;
    const total = plan.statements.length;
    const rows: (number | null)[] = [];
    await this.#ctx.guard();
    await this.#session.query(this.#kind === "postgresql" ? "BEGIN" : "START TRANSACTION");
    await this.#session.query(insertRecord(this.#records, { id, hash, statements: total }));
    for (const [index, statement] of plan.statements.entries())
      rows.push(await this.#runOne(statement, index + 1, { keeps: "Nothing of it was kept." }));
    await this.#ctx.guard();
    this.#assertNoted(await this.#session.query(noteDone(this.#records, id, total, true)));
    await this.#session.query("COMMIT");
    return rows;
  }

  /** Statement by statement, with a note before and after each: what the database cannot take back is never done twice. */
  async #runEach(hash: string, doneBefore: number | null): Promise<(number | null)[]> {
    const { id, plan } = this.#migration;
    const total = plan.statements.length;
    const rows: (number | null)[] = [];
    if (doneBefore === null) await this.#session.query(insertRecord(this.#records, { id, hash, statements: total }));
    else if (doneBefore > 0) this.#ctx.log.info(`${id}: goes on after statement ${doneBefore} of ${total}`);
    // A person has said that the last one was carried out.
    if (doneBefore !== null && doneBefore >= total)
      this.#assertNoted(await this.#session.query(noteDone(this.#records, id, total, true)));
    for (const [index, statement] of plan.statements.entries()) {
      const number = index + 1;
      if (number <= (doneBefore ?? 0)) continue;
      await this.#ctx.guard();
      const done = noteDone(this.#records, id, number, number === total);
      const around = statement.transactional
        ? { before: this.#kind === "postgresql" ? "BEGIN" : "START TRANSACTION", after: `${done};\nCOMMIT` }
        : { before: noteBegun(this.#records, id, number), after: done };
      const before =
        number === 1
          ? "Nothing of it was carried out."
          : `Its statements 1 to ${number - 1} were carried out and stay: this database does not take such statements back.`;
      const keeps = statement.mayBeKept
        ? `Of statement ${number} itself a part may be kept: there are tables here that know no transactions.${number === 1 ? "" : ` ${before}`}`
        : before;
      rows.push(await this.#runOne(statement, number, { ...around, keeps }));
    }
    return rows;
  }

  async #runOne(
    statement: PlannedStatement,
    number: number,
    { before, after, keeps }: { before?: string; after?: string; keeps: string },
  ): Promise<number | null> {
    const { id, plan } = this.#migration;
    const { log, progress } = this.#ctx;
    const place = `${id}, statement ${number} of ${plan.statements.length}, line ${statement.line}`;
    progress(place, number - 1, plan.statements.length);
    const script = [
      ...(before ? [before] : []),
      this.#wrap(statement.text),
      countAs(this.#kind, ROWS),
      ...(after ? [after] : []),
    ].join(";\n");
    try {
      // One piece: a client that was given it ends it, with its record, whatever becomes of this process.
      const printed = await this.#session.query(script);
      if (after) this.#assertNoted(printed);
      const counted = Number(printed.findLast((line) => line.startsWith(ROWS))?.slice(ROWS.length));
      const rows = Number.isInteger(counted) && counted >= 0 ? counted : null;
      log.info(`${place}: ${showStatement(statement.shown)} (${rows === null ? "no row count" : `${rows} rows`})`);
      return rows;
    } catch (error) {
      this.#ctx.signal.throwIfAborted();
      throw await this.#explain(error, place, keeps, statement);
    }
  }

  /** As a number in base 16, so that a cut text is no statement, and no client takes any of it for its own command. */
  #wrap(text: string): string {
    if (this.#kind === "postgresql") return text;
    if (this.#kind === "mariadb") return `EXECUTE IMMEDIATE ${asText(this.#kind, text)}`;
    return `SET @seaworthy = ${asText(this.#kind, text)};\nPREPARE seaworthy FROM @seaworthy;\nEXECUTE seaworthy`;
  }

  async #explain(error: unknown, place: string, keeps: string, statement: PlannedStatement): Promise<unknown> {
    if (!(error instanceof AppError) || error.code !== "backups.client_failed") return error;
    const detail = error.detail ?? "";
    if (!statement.mayBeKept) await this.#noteNotDone(detail);
    const passing = PASSING.test(detail) || detail === "";
    return refused("migration_failed", `The migration stopped at ${place}. ${keeps}`, {
      retry: passing ? "retry" : "permanent",
      detail: `${showStatement(statement.shown)}\n${detail}`,
      advice: "The release was not rolled out: what ran before still serves. Mend the migration in another release.",
    });
  }

  /** The failed statement's connection is gone; that it did nothing is noted over another one. Without its words nothing is known. */
  async #noteNotDone(detail: string): Promise<void> {
    if (detail === "" || this.#migration.plan.whole) return;
    const session = await this.#database.connect();
    try {
      await session.query(noteNotDone(this.#records, this.#migration.id));
    } finally {
      session.close();
    }
  }
}
