import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { openReadingSession } from "../dump/reading-session.ts";
import type { SqlSession } from "../dump/sql-session.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import type { End } from "./pour-database.ts";
import { text } from "./servers/postgresql.ts";

const chosenOf = (tables: readonly string[]) =>
  `SELECT c.oid, n.nspname, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE format('%I.%I', n.nspname, c.relname) IN (${tables.map(text).join(", ")})`;

/**
 * What pg_dump takes along with tables and what needs others: foreign keys to those that were not chosen, triggers, whose functions
 * belong to no table unless they are the server's own. Not what a partition has of the table it is a part of: that is not dumped with it,
 * and cannot be dropped alone.
 */
const tiesOf = (tables: readonly string[]) => `
  WITH chosen AS (${chosenOf(tables)})
  SELECT json_build_object('name', format('the foreign key %I of %s to %s', o.conname, t.name, o.confrelid::regclass),
    'sql', format('ALTER TABLE %s DROP CONSTRAINT %I', t.name, o.conname))::text
  FROM pg_constraint o JOIN chosen t ON t.oid = o.conrelid
  WHERE o.contype = 'f' AND o.conislocal AND o.confrelid NOT IN (SELECT oid FROM chosen)
  UNION ALL
  SELECT json_build_object('name', format('the trigger %I of %s', g.tgname, t.name),
    'sql', format('DROP TRIGGER %I ON %s', g.tgname, t.name))::text
  FROM pg_trigger g JOIN chosen t ON t.oid = g.tgrelid
  WHERE NOT g.tgisinternal
    AND g.tgfoid NOT IN (SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace)
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = g.oid AND d.deptype IN ('P', 'S', 'I'))
  ORDER BY 1`;

const schemasOf = (tables: readonly string[]) =>
  `SELECT DISTINCT to_json(format('CREATE SCHEMA IF NOT EXISTS %I', nspname))::text FROM (${chosenOf(tables)}) AS chosen`;

/**
 * Makes chosen tables of PostgreSQL fit for a database that has nothing else: `from` is a server that nobody keeps. A dump of some tables of
 * MariaDB or MySQL needs nothing done: it does not look at foreign keys, and a trigger's body only once it runs.
 */
export async function detachTables(
  from: End,
  to: End,
  engine: DatabaseEngine,
  tables: readonly string[],
  ctx: StepContext,
): Promise<void> {
  if (engine.kind !== "postgresql") return;
  const schemas = await within(from, engine, ctx, async (session) => {
    for (const tie of await session.query(tiesOf(tables))) {
      const { name, sql } = JSON.parse(tie) as { name: string; sql: string };
      await session.query(sql);
      ctx.log.warn(`Left out, for it needs what was not chosen: ${name}`);
    }
    return session.query(schemasOf(tables));
  });
  await ctx.guard();
  await within(to, engine, ctx, async (session) => {
    for (const schema of schemas) await session.query(JSON.parse(schema) as string);
  });
}

async function within<T>(
  { run, login }: End,
  engine: DatabaseEngine,
  ctx: StepContext,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const session = await openReadingSession(run, engine, login, ctx.signal);
  try {
    // A function of the database's own must not be taken for one of the server's.
    await session.query("SET search_path = pg_catalog");
    return await work(session);
  } finally {
    session.close();
  }
}

/** A type, a function, a table; not what is the server's and so would be missing for the whole as well. */
const MISSING = /ERROR: +((?!role |database |tablespace ).* does not exist)/;

/** Of a part of a database: what it lacks is in the rest. */
export function explainMissing(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "backups.restore_failed") return error;
  const missing = MISSING.exec(error.detail ?? "")?.[1];
  if (!missing) return error;
  return new AppError({
    code: "backups.part_needs_more",
    message: `The chosen tables need something that is not in them: ${missing}.`,
    advice: "If that is a table, choose it as well; else restore all of it beside, and copy these tables from there.",
    detail: error.detail,
    cause: error,
  });
}
