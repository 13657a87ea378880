import { config } from "#lib/platform/config/config.ts";
import { readSecurity } from "#lib/platform/db/security.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { findEngine } from "../engines/registry.ts";
import type { Login } from "../engines/types.ts";
import { readSourceSecret } from "../queries/read-source-secret.ts";
import type { BackupSource } from "../schema/source.ts";

/** Whom the programs sign in as. Its secrets are kept out of logs from here on. Folders need nobody. */
export async function readCredentials(source: BackupSource, ctx: StepContext): Promise<Login> {
  const read = async (name: string | null): Promise<string> => {
    if (name === null) return "";
    const text = await readSourceSecret(name);
    if (text) ctx.redact(text);
    return text;
  };
  switch (source.kind) {
    case "mariadb":
    case "mysql":
    case "postgresql": {
      // PostgreSQL's image has one account for everything.
      const rootName = source.kind === "postgresql" ? null : source.rootPasswordSecret;
      const root = rootName === null ? null : await read(rootName);
      return findEngine(source.kind).pickLogin(source, { user: await read(source.passwordSecret), root });
    }
    case "mongodb": {
      const password = await read(source.passwordSecret);
      return { user: source.userName ?? "", password, database: source.databaseName ?? "" };
    }
    case "redis":
      return { user: "", password: await read(source.passwordSecret), database: "" };
    case "panel":
      return readPanelLogin(ctx);
    default:
      return { user: "", password: "", database: "" };
  }
}

function readPanelLogin(ctx: StepContext): Login {
  const url = new URL(config().DATABASE_URL);
  const password = decodeURIComponent(url.password);
  if (password) ctx.redact(password);
  return {
    user: decodeURIComponent(url.username),
    password,
    database: decodeURIComponent(url.pathname.slice(1)),
    host: url.hostname,
    port: Number(url.port || 3306),
    security: readSecurity(),
  };
}
