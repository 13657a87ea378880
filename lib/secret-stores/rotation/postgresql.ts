import { secondAccount } from "./second-account.ts";
import type { AdminSession, PasswordChange } from "./types.ts";

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const name = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** What an administrator set for the account holds for its stand-in too: a role's settings are read when it signs in. */
async function copySettings({ session }: AdminSession, user: string, second: string): Promise<void> {
  const settings = await session.query(
    `SELECT unnest(setconfig) FROM pg_catalog.pg_db_role_setting WHERE setrole = ${text(name(user))}::pg_catalog.regrole AND setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))`,
  );
  for (const setting of settings) {
    const [key = "", ...value] = setting.split("=");
    if (key === "role") continue;
    await session.query("BEGIN");
    await session.query(`SELECT pg_catalog.set_config(${text(key)}, ${text(value.join("="))}, true)`);
    await session.query(`ALTER ROLE ${name(second)} SET ${key} FROM CURRENT`);
    await session.query("COMMIT");
  }
}

/**
 * PostgreSQL keeps one password an account. So for the time of the change there is a second account that becomes the first as soon
 * as it has signed in: it owns nothing, and what it makes is the first one's.
 */
export const changeOnPostgresql = (admin: AdminSession): PasswordChange => {
  const { session } = admin;
  const exists = async (user: string) =>
    (await session.query(`SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ${text(user)}`)).length > 0;
  return {
    async open({ user, next }) {
      const second = secondAccount(user);
      const verb = (await exists(second)) ? "ALTER" : "CREATE";
      await session.query(`${verb} ROLE ${name(second)} WITH LOGIN INHERIT PASSWORD ${text(next)}`);
      await session.query(`GRANT ${name(user)} TO ${name(second)}`);
      await copySettings(admin, user, second);
      await session.query(`ALTER ROLE ${name(second)} SET role = ${text(user)}`);
    },
    async switchTo({ user, next }) {
      await session.query(`ALTER ROLE ${name(user)} WITH PASSWORD ${text(next)}`);
    },
    async close({ user }) {
      const second = secondAccount(user);
      if (!(await exists(second))) return;
      await session.query(`ALTER ROLE ${name(second)} WITH NOLOGIN`);
      await session.query(
        `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = ${text(second)}`,
      );
      await session.query(`DROP OWNED BY ${name(second)}`);
      await session.query(`DROP ROLE IF EXISTS ${name(second)}`);
    },
  };
};
