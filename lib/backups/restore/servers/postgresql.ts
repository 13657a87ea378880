import { openReadingSession } from "../../dump/reading-session.ts";
import { fillingAccount } from "../names.ts";
import type { ServerOptions, SqlServer } from "./types.ts";

export const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const name = (value: string) => `"${value.replaceAll('"', '""')}"`;

export interface PostgresServer extends SqlServer {
  /** All at once or not at all. */
  rename(pairs: readonly (readonly [from: string, to: string])[]): Promise<void>;
}

/** A database of every cluster that is neither the living one nor one of ours. */
export const MAINTENANCE = "template1";

export async function openPostgres({ run, engine, admin, signal }: ServerOptions): Promise<PostgresServer> {
  const open = (database: string) => openReadingSession(run, engine, { ...admin, database }, signal);
  const session = await open(MAINTENANCE);
  const cutOff = (database: string) =>
    session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${text(database)} AND pid <> pg_backend_pid()`,
    );
  const roleExists = async (user: string) =>
    (await session.query(`SELECT 1 FROM pg_roles WHERE rolname = ${text(user)}`)).length > 0;
  const exists = async (database: string) =>
    (await session.query(`SELECT 1 FROM pg_database WHERE datname = ${text(database)}`)).length > 0;
  const create = async (database: string, like: string) => {
    const [found] = await session.query(
      `SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = ${text(like)}`,
    );
    const [encoding = "", collate = "", ctype = ""] = found?.split("\t") ?? [];
    const locale = found ? ` ENCODING ${text(encoding)} LC_COLLATE ${text(collate)} LC_CTYPE ${text(ctype)}` : "";
    await session.query(`CREATE DATABASE ${name(database)} TEMPLATE template0${locale}`);
  };
  const drop = async (database: string) => {
    if (await exists(database)) {
      await session.query(`ALTER DATABASE ${name(database)} ALLOW_CONNECTIONS false`);
      await cutOff(database);
      await session.query(`DROP DATABASE IF EXISTS ${name(database)}`);
    }
    await session.query(`DROP ROLE IF EXISTS ${name(fillingAccount(database))}`);
  };
  return {
    exists,
    create,
    drop,
    async empty(database, like) {
      await drop(database);
      await create(database, like);
    },
    async addAccount({ user, password }, database) {
      if (await roleExists(user)) await session.query(`DROP ROLE ${name(user)}`);
      // Policies may hold for a table's owner too: who fills it counts all of its rows.
      await session.query(
        `CREATE ROLE ${name(user)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD ${text(password)}`,
      );
      await session.query(`ALTER DATABASE ${name(database)} OWNER TO ${name(user)}`);
    },
    async handOver(database, account, appUser) {
      const inside = await open(database);
      try {
        await inside.query(`REASSIGN OWNED BY ${name(account)} TO ${name(appUser)}`);
        await inside.query(`DROP OWNED BY ${name(account)}`);
      } finally {
        inside.close();
      }
      await session.query(`ALTER DATABASE ${name(database)} OWNER TO ${name(appUser)}`);
      await session.query(`DROP ROLE IF EXISTS ${name(account)}`);
    },
    async rename(pairs) {
      for (const [from] of pairs) await cutOff(from);
      await session.query("BEGIN");
      for (const [from, to] of pairs) await session.query(`ALTER DATABASE ${name(from)} RENAME TO ${name(to)}`);
      await session.query("COMMIT");
    },
    settle: async () => [],
    close: () => session.close(),
  };
}
