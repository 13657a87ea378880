import type { StepContext } from "#lib/steps/types.ts";
import { openReadingSession } from "../dump/reading-session.ts";
import type { SqlSession } from "../dump/sql-session.ts";
import type { Exchange } from "./exchange.ts";
import { isSqlLiving, type Living, type SqlLiving } from "./open-living.ts";
import {
  DEFAULT_RIGHTS,
  GIVEN_RIGHTS,
  LEFT_OUT,
  MISSING_OBJECTS,
  RIGHTS_TO_CARRY,
  settingsToCarry,
  WANTED,
} from "./rights-sql.ts";
import { MAINTENANCE } from "./servers/postgresql.ts";

const SHOWN = 50;

/**
 * Gives the restored database what the living one has and no dump brings: settings, which belong to PostgreSQL's number of a database
 * and not to its name, and the rights of every role. What cannot be given is said, and keeps nobody from swapping.
 */
export async function carryRights(
  place: Living,
  { living, incoming, phase }: Exchange,
  ctx: StepContext,
): Promise<void> {
  if (!isSqlLiving(place) || place.engine.kind !== "postgresql" || phase !== "begun") return;
  if (!(await place.server.exists(living)) || !(await place.server.exists(incoming))) return;
  const theirs = await within(place, living, ctx, async (session) => ({
    rights: await session.query(asJson(GIVEN_RIGHTS)),
    defaults: await session.query(asJson(DEFAULT_RIGHTS)),
    others: await session.query(LEFT_OUT),
  }));
  await ctx.guard();
  const missed = await within(place, incoming, ctx, async (session) => {
    const others = new Set(await session.query(LEFT_OUT));
    await keep(session, WANTED, theirs.rights);
    await keep(session, "defaults (statement text)", theirs.defaults);
    return [
      ...theirs.others.filter((one) => !others.has(one)).map((one) => `${one}: no restore makes it`),
      ...(await session.query(MISSING_OBJECTS)),
      ...(await runEach(session, RIGHTS_TO_CARRY)),
      ...(await runEach(session, "SELECT statement FROM defaults")),
    ];
  });
  await ctx.guard();
  // Where nobody but the server has schemas: a setting may name those to look for functions in.
  missed.push(
    ...(await within(place, MAINTENANCE, ctx, (session) => runEach(session, settingsToCarry(living, incoming)))),
  );
  ctx.log.info(`${incoming} has the settings of ${living} now, and its roles their rights`);
  for (const words of missed.slice(0, SHOWN)) ctx.log.warn(`Not carried over to ${incoming}: ${words}`);
  if (missed.length > SHOWN) ctx.log.warn(`Nor were ${missed.length - SHOWN} others carried over`);
}

async function within<T>(
  { run, engine, admin }: SqlLiving,
  database: string,
  ctx: StepContext,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const session = await openReadingSession(run, engine, { ...admin, database }, ctx.signal);
  try {
    // A function of the database's own must not be taken for one of the server's; its settings are for the app.
    for (const setting of [
      "search_path = pg_catalog",
      "standard_conforming_strings = on",
      "default_transaction_read_only = off",
    ])
      await session.query(`SET ${setting}`);
    return await work(session);
  } finally {
    session.close();
  }
}

/** A line a row, whatever names have in them. */
const asJson = (sql: string) => `SELECT row_to_json(one) FROM (${sql}) AS one`;

/** For as long as the session: rows that were read elsewhere. */
async function keep(session: SqlSession, table: string, rows: readonly string[]): Promise<void> {
  const json = `[${rows.join(",")}]`.replaceAll("'", "''");
  const [name] = table.split(" ");
  await session.query(`CREATE TEMPORARY TABLE ${name} AS SELECT * FROM json_to_recordset('${json}') AS ${table}`);
}

/** Runs each statement that a query gives; those that failed, with the server's words. */
async function runEach(session: SqlSession, statements: string): Promise<string[]> {
  await session.query("DROP TABLE IF EXISTS missed");
  await session.query("CREATE TEMPORARY TABLE missed (words text)");
  await session.query(
    `DO $run$ DECLARE to_run text; BEGIN FOR to_run IN ${statements} LOOP BEGIN EXECUTE to_run; EXCEPTION WHEN OTHERS THEN INSERT INTO missed VALUES (to_run || ': ' || SQLERRM); END; END LOOP; END $run$`,
  );
  return session.query("SELECT translate(words, E'\\n\\r', '  ') FROM missed");
}
