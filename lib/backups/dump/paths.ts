import { join } from "node:path";
import { config } from "#lib/platform/config/config.ts";
import type { Engine } from "../schema.ts";

/** Where a backup of its own name goes: <root>/<service>/<environment>/<time>-<id>.sql.zst */
export function chooseBackupPath(service: string, environment: string, engine: Engine, id: string, at: Date): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const ending = engine === "postgresql" ? "dump.zst" : "sql.zst";
  return join(config().BACKUPS_ROOT, service, environment, `${time}-${id.slice(0, 8)}.${ending}`);
}

export const manifestPath = (path: string) => `${path}.json`;
