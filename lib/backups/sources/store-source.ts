import type { StepContext } from "#lib/steps/types.ts";
import { findEngine } from "../engines/registry.ts";
import type { BackupSource } from "../schema/source.ts";
import type { SourceJob, StoredSource } from "./source-job.ts";
import { storeFolder } from "./store-folder.ts";
import { storePanel } from "./store-panel.ts";
import { storeMongodb, storeRedis } from "./store-plain.ts";
import { storeSql } from "./store-sql.ts";

/** Reads a source into the point's parts, each whole or not at all. */
export function storeSource(source: BackupSource, job: SourceJob, ctx: StepContext): Promise<StoredSource> {
  switch (source.kind) {
    case "mariadb":
    case "mysql":
    case "postgresql":
      return storeSql(findEngine(source.kind), job, ctx);
    case "redis":
      return storeRedis(job, ctx);
    case "mongodb":
      return storeMongodb(job, source, ctx);
    case "files":
    case "volume":
      return storeFolder(job, source.exclude, ctx);
    case "panel":
      return storePanel(job, ctx);
  }
}

/** What it is called on a page and in the manifest. */
export function nameSource(source: BackupSource, database: string): string {
  switch (source.kind) {
    case "files":
      return source.path;
    case "volume":
      return source.volumeName;
    case "redis":
      return source.swarmService;
    case "mongodb":
      return source.databaseName ?? source.swarmService;
    default:
      return database;
  }
}
