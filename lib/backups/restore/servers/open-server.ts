import { openMariadb } from "./mariadb.ts";
import { openPostgres } from "./postgresql.ts";
import type { ServerOptions, SqlServer } from "./types.ts";

export const openServer = (options: ServerOptions): Promise<SqlServer> =>
  options.engine.kind === "postgresql" ? openPostgres(options) : openMariadb(options);
