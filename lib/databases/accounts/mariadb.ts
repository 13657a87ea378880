import { SqlSession } from "#lib/backups/dump/sql-session.ts";
import { CONNECTIONS_MAX, PANEL_SPACE } from "../constants.ts";
import type { OpenDatabase } from "../open-database.ts";
import { MARKER_TABLE } from "./marker.ts";
import type { Account, AccountServer } from "./types.ts";

const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const name = (value: string) => `\`${value.replaceAll("`", "``")}\``;
/** In a GRANT on a whole database `_` and `%` stand for any characters. */
const pattern = (database: string) => name(database.replaceAll(/[\\_%]/g, "\\$&"));
/** The panel, and dashboards in the stack's network, come from anywhere there. */
const anywhere = (user: string) => `${text(user)}@'%'`;

/** MariaDB and MySQL. */
export async function openMariadbAccounts({
  run,
  engine,
  admin,
  source,
  signal,
}: OpenDatabase): Promise<AccountServer> {
  const open = () => SqlSession.open(run, engine, { ...admin, database: "mysql" }, signal);
  const session = await open();
  const database = source.databaseName;
  const make = async ({ user, password }: Account, options = "") => {
    await session.query(`CREATE USER IF NOT EXISTS ${anywhere(user)} IDENTIFIED BY ${text(password)}`);
    await session.query(`ALTER USER ${anywhere(user)} IDENTIFIED BY ${text(password)}${options}`);
    await session.query(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${anywhere(user)}`);
  };
  const exists = async (user: string) =>
    (await session.query(`SELECT 1 FROM mysql.user WHERE User = ${text(user)} AND Host = '%'`)).length > 0;
  return {
    exists,
    async makeReader(account) {
      await make(account, ` WITH MAX_USER_CONNECTIONS ${CONNECTIONS_MAX}`);
      await session.query(`GRANT SELECT, SHOW VIEW ON ${pattern(database)}.* TO ${anywhere(account.user)}`);
      return [];
    },
    async makeWriter(account) {
      await make(account);
      const to = ` TO ${anywhere(account.user)}`;
      const plain = await session.query(
        `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${text(database)} AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB' ORDER BY TABLE_NAME`,
      );
      await session.query(`GRANT SELECT, EXECUTE ON ${pattern(database)}.*${to}`);
      if (plain.length === 0) await session.query(`GRANT INSERT, UPDATE, DELETE ON ${pattern(database)}.*${to}`);
      else
        for (const table of await session.query(
          `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${text(database)} AND (ENGINE = 'InnoDB' OR TABLE_TYPE = 'VIEW') ORDER BY TABLE_NAME`,
        ))
          await session.query(`GRANT INSERT, UPDATE, DELETE ON ${name(database)}.${name(table)}${to}`);
      await session.query(`GRANT SELECT, INSERT, UPDATE ON ${name(PANEL_SPACE)}.${name(MARKER_TABLE)}${to}`);
      return plain;
    },
    async drop(user) {
      await session.query(`DROP USER IF EXISTS ${anywhere(user)}`);
      const ids = await session.query(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ${text(user)}`);
      for (const id of ids) {
        // It may be gone by itself meanwhile, which ends the client that says so.
        const other = await open();
        await other.query(`KILL ${Number(id)}`).catch(() => signal.throwIfAborted());
        other.close();
      }
    },
    close: () => session.close(),
  };
}
