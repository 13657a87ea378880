import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { CONNECTIONS_MAX, PANEL_SPACE } from "../constants.ts";
import type { OpenDatabase } from "../open-database.ts";
import { closePublic, listDefiners } from "./close-public.ts";
import { MARKER_TABLE } from "./marker.ts";
import type { Account, AccountServer } from "./types.ts";

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const name = (value: string) => `"${value.replaceAll('"', '""')}"`;

export async function openPostgresAccounts({
  run,
  engine,
  admin,
  source,
  signal,
}: OpenDatabase): Promise<AccountServer> {
  const session = await SqlSession.open(run, engine, admin, signal);
  // A function of the database's own must not be taken for one of the server's.
  await session.query("SET search_path = pg_catalog");
  await session.query("SET client_min_messages = warning");
  const database = source.databaseName;
  const exists = async (user: string) =>
    (await session.query(`SELECT 1 FROM pg_roles WHERE rolname = ${text(user)}`)).length > 0;
  const schemas = () =>
    session.query(
      `SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname <> ${text(PANEL_SPACE)} AND nspname !~ '^pg_' ORDER BY 1`,
    );
  const cutOff = (user: string) =>
    session.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${text(user)}`);
  const make = async ({ user, password }: Account, rights: string) => {
    const verb = (await exists(user)) ? "ALTER" : "CREATE";
    await session.query(
      `${verb} ROLE ${name(user)} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION ${rights} PASSWORD ${text(password)}`,
    );
    await session.query(`GRANT CONNECT ON DATABASE ${name(database)} TO ${name(user)}`);
  };
  return {
    exists,
    async makeReader(account) {
      const to = ` TO ${name(account.user)}`;
      await make(account, `NOBYPASSRLS CONNECTION LIMIT ${CONNECTIONS_MAX}`);
      await session.query(`ALTER ROLE ${name(account.user)} SET default_transaction_read_only = on`);
      for (const schema of await schemas()) {
        await session.query(`GRANT USAGE ON SCHEMA ${schema}${to}`);
        await session.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema}${to}`);
      }
      // Made before what follows, so that the panel's own is none of those that it may look into.
      await session.query(`CREATE SCHEMA IF NOT EXISTS ${name(PANEL_SPACE)}`);
      // Tables and schemas that a later release makes.
      for (const [right, kind] of [
        ["SELECT", "TABLES"],
        ["USAGE", "SCHEMAS"],
      ])
        await session.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${name(admin.user)} GRANT ${right} ON ${kind}${to}`);
      const query = (sql: string) => session.query(sql);
      const closed = await closePublic(query, database, "rolname ~ '_ro_[0-9a-f]{4}$' OR rolname ~ '^sw_change_'");
      return [
        ...(closed ? [] : ["temporary tables and large objects"]),
        ...(await listDefiners(query, account.user)).map((signature) => `function ${signature}`),
      ];
    },
    async makeWriter(account) {
      const to = ` TO ${name(account.user)}`;
      await make(account, "BYPASSRLS");
      for (const schema of await schemas()) {
        await session.query(`GRANT USAGE ON SCHEMA ${schema}${to}`);
        await session.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema}${to}`);
        await session.query(`GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema}${to}`);
      }
      await session.query(`GRANT USAGE ON SCHEMA ${name(PANEL_SPACE)}${to}`);
      await session.query(`GRANT SELECT, INSERT, UPDATE ON ${name(PANEL_SPACE)}.${name(MARKER_TABLE)}${to}`);
      return [];
    },
    async drop(user) {
      if (!(await exists(user))) return;
      await session.query(`ALTER ROLE ${name(user)} WITH NOLOGIN`);
      await cutOff(user);
      await session.query(`DROP OWNED BY ${name(user)}`);
      await session.query(`DROP ROLE IF EXISTS ${name(user)}`);
    },
    close: () => session.close(),
  };
}
