import type { StepContext } from "#lib/steps/types.ts";
import type { SourceKind } from "../constants.ts";
import { SqlSession } from "../dump/sql-session.ts";
import { findEngine } from "../engines/registry.ts";
import { readSecretText } from "../queries/proof-facts.ts";
import type { SqlSource } from "../schema/source.ts";
import type { Scratch } from "./scratch.ts";

const quoteMysql = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
const quotePostgres = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The account the app signs in with, on the throw-away server: the same name and password, for the restored database only. */
export async function openAppAccount(
  scratch: Scratch,
  kind: SourceKind,
  { userName, passwordSecret }: SqlSource,
  ctx: StepContext,
): Promise<void> {
  const password = await readSecretText(passwordSecret);
  ctx.redact(password);
  const engine = findEngine(kind === "postgresql" ? "postgresql" : kind === "mysql" ? "mysql" : "mariadb");
  const session = await SqlSession.open(scratch.run, engine, scratch.admin, ctx.signal);
  try {
    if (kind !== "postgresql") {
      await session.query(`CREATE USER IF NOT EXISTS \`${userName}\`@'%' IDENTIFIED BY ${quoteMysql(password)}`);
      await session.query(`GRANT ALL PRIVILEGES ON \`${scratch.admin.database}\`.* TO \`${userName}\`@'%'`);
      return;
    }
    // Its name may be there already, from the roles of the server that was backed up.
    const [known] = await session.query(`SELECT 1 FROM pg_roles WHERE rolname = ${quotePostgres(userName)}`);
    if (!known) await session.query(`CREATE ROLE "${userName}"`);
    await session.query(`ALTER ROLE "${userName}" LOGIN INHERIT PASSWORD ${quotePostgres(password)}`);
    // What was restored belongs to the account that restored it.
    await session.query(`GRANT "${scratch.restorer.user}" TO "${userName}"`);
  } finally {
    session.close();
  }
}
