import { type Compression, PANEL, type SourceKind, type TargetKind } from "#lib/backups/constants.ts";
import type { BackupSource } from "#lib/backups/schema/source.ts";
import type { TargetConfig } from "#lib/backups/schema/target.ts";

export const SOURCE_WORDS: Record<SourceKind, string> = {
  mariadb: "MariaDB",
  mysql: "MySQL",
  postgresql: "PostgreSQL",
  mongodb: "MongoDB",
  redis: "Redis",
  files: "Folder of files",
  volume: "Docker volume",
  panel: "Seaworthy itself",
};

export const TARGET_WORDS: Record<TargetKind, string> = { disk: "Disk", s3: "S3", ssh: "SSH" };

export const COMPRESSION_WORDS: Record<Compression, string> = {
  zstd: "zstd: fast and small, right for almost everything",
  gzip: "gzip: slower, for tools that know nothing else",
  lrzip: "lrzip: smallest, slow, much memory",
  none: "none: for what is compressed already",
};

/** Whose a policy or a backup is. */
export const nameOwner = (service: string | null): string => service ?? "Seaworthy itself";

/** Where a policy is made for what has none. */
export function newPolicyHref({
  service,
  environment,
  policy,
}: Record<"environment" | "policy", string> & { service: string | null }): string {
  const wishes = new URLSearchParams({ service: service ?? PANEL, environment });
  if (policy !== "") wishes.set("source", policy);
  return `/backups/policies/new?${wishes}`;
}

/** "database pad_notes of pad-notes-production_db", "/srv/pad-notes". */
export function nameSource(source: BackupSource): string {
  switch (source.kind) {
    case "mariadb":
    case "mysql":
    case "postgresql":
      return `database ${source.databaseName} of ${source.swarmService}`;
    case "mongodb":
      return `${source.databaseName ? `database ${source.databaseName}` : "all databases"} of ${source.swarmService}`;
    case "redis":
      return `all keys of ${source.swarmService}`;
    case "files":
      return source.path;
    case "volume":
      return source.volumeName;
    case "panel":
      return "its database, and its keys when the backup is encrypted";
  }
}

/** Where a target is, in one line. */
export function namePlace(config: TargetConfig): string {
  switch (config.kind) {
    case "disk":
      return config.folder ?? "the folder BACKUPS_ROOT of the worker";
    case "s3":
      return `${config.bucket}${config.prefix ? `/${config.prefix}` : ""} at ${config.endpoint ?? `Amazon S3, ${config.region}`}`;
    case "ssh":
      return `${config.user}@${config.host}${config.port === 22 ? "" : `:${config.port}`}:${config.folder}`;
  }
}
