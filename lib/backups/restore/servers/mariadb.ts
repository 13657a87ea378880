import { LeaseLost } from "#lib/runs/interrupts.ts";
import { openReadingSession } from "../../dump/reading-session.ts";
import type { SqlSession } from "../../dump/sql-session.ts";
import { LARGEST_PACKET } from "../../engines/mariadb.ts";
import { fillingAccount } from "../names.ts";
import type { ServerOptions, SqlServer } from "./types.ts";

const text = (value: string) => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const name = (value: string) => `\`${value.replaceAll("`", "``")}\``;
/** In a GRANT `_` and `%` stand for any characters: without this the account could fill its neighbours too. */
const pattern = (database: string) => name(database.replaceAll(/[\\_%]/g, "\\$&"));
const anywhere = (user: string) => `${text(user)}@'%'`;

/** Less than the engine waits for a step that was aborted: its log can still be told what stayed. */
const RESCUE_MS = 8_000;

/** MariaDB and MySQL. */
export async function openMariadb({ run, engine, admin, signal }: ServerOptions): Promise<SqlServer> {
  // Not the living database: it may be gone, which is why somebody restores.
  const open = (until: AbortSignal) => openReadingSession(run, engine, { ...admin, database: "mysql" }, until);
  const session = await open(signal);
  const hostsOf = (user: string) => session.query(`SELECT Host FROM mysql.user WHERE User = ${text(user)}`);
  const revokeAll = async (database: string) => {
    const granted = await session.query(
      `SELECT User, Host FROM mysql.db WHERE Db = ${text(database.replaceAll(/[\\_%]/g, "\\$&"))}`,
    );
    for (const row of granted) {
      const [user = "", host = ""] = row.split("\t");
      await session.query(`REVOKE ALL PRIVILEGES ON ${pattern(database)}.* FROM ${text(user)}@${text(host)}`);
    }
  };
  const charsetOf = async (database: string) => {
    const [row] = await session.query(
      `SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${text(database)}`,
    );
    const [set, collation] = row?.split("\t") ?? ["utf8mb4"];
    return ` CHARACTER SET ${set}${collation ? ` COLLATE ${collation}` : ""}`;
  };
  /** What puts it back. */
  const changed: string[] = [];
  const change = async (setting: string, value: number, before: number) => {
    await session.query(`SET GLOBAL ${setting} = ${value}`);
    changed.push(`SET GLOBAL ${setting} = ${before}`);
  };
  const putBack = async (by: SqlSession) => {
    for (let [sql] = changed; sql; [sql] = changed) {
      await by.query(sql);
      changed.shift();
    }
  };
  /** Also when the run was cancelled, which ended the first connection; but not under the load of a worker that took over. */
  const putBackAnew = async () => {
    if (signal.reason instanceof LeaseLost) return;
    const second = await open(AbortSignal.timeout(RESCUE_MS));
    await putBack(second).finally(() => second.close());
  };
  // A server that keeps a binary log lets only its administrator make functions and triggers, and any takes only so long a row, unless told
  // otherwise. Who is connected already is told nothing.
  const allowAll = async () => {
    const [row = ""] = await session.query(
      "SELECT @@log_bin AND NOT @@log_bin_trust_function_creators, @@GLOBAL.max_allowed_packet",
    );
    const [distrusts, packet] = row.split("\t").map(Number);
    if (distrusts) await change("log_bin_trust_function_creators", 1, 0);
    if (packet && packet < LARGEST_PACKET) await change("max_allowed_packet", LARGEST_PACKET, packet);
  };
  return {
    async exists(database) {
      const found = await session.query(
        `SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${text(database)}`,
      );
      return found.length > 0;
    },
    async create(database, like) {
      await allowAll();
      await session.query(`CREATE DATABASE ${name(database)}${await charsetOf(like)}`);
    },
    async empty(database, like) {
      await allowAll();
      const charset = await charsetOf(like);
      await session.query(`DROP DATABASE IF EXISTS ${name(database)}`);
      await session.query(`CREATE DATABASE ${name(database)}${charset}`);
    },
    async drop(database) {
      await session.query(`DROP DATABASE IF EXISTS ${name(database)}`);
      await revokeAll(database);
      await session.query(`DROP USER IF EXISTS ${anywhere(fillingAccount(database))}`);
    },
    async addAccount({ user, password }, database) {
      await session.query(`DROP USER IF EXISTS ${anywhere(user)}`);
      await session.query(`CREATE USER ${anywhere(user)} IDENTIFIED BY ${text(password)}`);
      await session.query(`GRANT ALL PRIVILEGES ON ${pattern(database)}.* TO ${anywhere(user)}`);
    },
    async handOver(database, account, appUser) {
      for (const host of await hostsOf(appUser))
        await session.query(`GRANT ALL PRIVILEGES ON ${pattern(database)}.* TO ${text(appUser)}@${text(host)}`);
      // What it made runs in its name, so that it stays for as long as these do, and nobody signs in as it.
      const [made] = await session.query(
        `SELECT ${["ROUTINES:ROUTINE_SCHEMA", "TRIGGERS:TRIGGER_SCHEMA", "EVENTS:EVENT_SCHEMA", "VIEWS:TABLE_SCHEMA"]
          .map((entry) => {
            const [table, column] = entry.split(":");
            return `(SELECT COUNT(*) FROM information_schema.${table} WHERE ${column} = ${text(database)})`;
          })
          .join(" + ")}`,
      );
      if (Number(made) === 0) await session.query(`DROP USER IF EXISTS ${anywhere(account)}`);
      else await session.query(`ALTER USER ${anywhere(account)} ACCOUNT LOCK`);
    },
    async settle() {
      await putBack(session)
        .catch(putBackAnew)
        .catch(() => {});
      return changed;
    },
    close: () => session.close(),
  };
}
