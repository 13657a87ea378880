/** What can be backed up. `panel` is Seaworthy itself: its database and, encrypted, its keys. */
export const SOURCE_KINDS = ["mariadb", "mysql", "postgresql", "mongodb", "redis", "files", "volume", "panel"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Kinds that are asked in SQL. */
const SQL_KINDS = ["mariadb", "mysql", "postgresql"] as const satisfies SourceKind[];
export type SqlKind = (typeof SQL_KINDS)[number];
export const isSqlKind = (kind: string): kind is SqlKind => SQL_KINDS.some((one) => one === kind);

/** Kinds of which a server has several databases. */
export const DATABASE_KINDS = [...SQL_KINDS, "mongodb"] as const satisfies SourceKind[];
type DatabaseKind = (typeof DATABASE_KINDS)[number];
export const isDatabaseKind = (kind: string): kind is DatabaseKind => DATABASE_KINDS.some((one) => one === kind);

/** Kinds that are files of the host, read by a helper. */
const FILE_KINDS = ["files", "volume"] as const satisfies SourceKind[];
type FileKind = (typeof FILE_KINDS)[number];
export const isFileKind = (kind: string): kind is FileKind => FILE_KINDS.some((one) => one === kind);

/**
 * running → stored → verified. `failed` left nothing behind; `missed` was due and could not even begin (its database was
 * stopped, or nobody was there to start it).
 */
export const BACKUP_STATES = ["running", "stored", "verified", "failed", "missed"] as const;
export type BackupState = (typeof BACKUP_STATES)[number];

/** Whether what was stored can be had now. */
export const AVAILABILITIES = ["available", "missing", "removed", "none"] as const;
export type Availability = (typeof AVAILABILITIES)[number];
/** Those that a list can be narrowed to. */
export const FINDABLE = ["available", "missing", "removed"] as const satisfies Availability[];

/** What was proven about a backup, each saying more than the one before. */
export const VERIFICATION_LEVELS = ["hash", "decode", "restore", "counts", "smoke"] as const;
export type VerificationLevel = (typeof VERIFICATION_LEVELS)[number];

/** From this level on a backup is "provably restorable". */
export const PROVEN_FROM: VerificationLevel = "counts";

export const COMPRESSIONS = ["zstd", "gzip", "lrzip", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export const TARGET_KINDS = ["disk", "s3", "ssh"] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** In an address, for what is the panel's own and no service's. */
export const PANEL = "_panel";

/**
 * What the board can be narrowed to. overdue: a backup or a proof is; unproven: nothing is proven now; failing: the last one
 * failed or was missed; tooOld: what is proven is older than its schedule lets it be; unreachable: the target that holds what was
 * proven cannot be used; unscheduled: data that no policy backs up.
 */
export const BOARD_FILTERS = ["overdue", "failing", "tooOld", "unreachable", "unproven", "unscheduled"] as const;
export type BoardFilter = (typeof BOARD_FILTERS)[number];

/** worst: what could least be brought back first. With `-` in front, the other way round. */
export const BOARD_SORTS = [
  "worst",
  "service",
  "-service",
  "asOf",
  "-asOf",
  "restore",
  "-restore",
  "last",
  "-last",
  "next",
  "-next",
  "size",
  "-size",
] as const;
export type BoardSort = (typeof BOARD_SORTS)[number];

/** Why a backup was taken. */
export const TRIGGERS = ["schedule", "person", "provision", "restore", "release", "change", "retire"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** How a restore ends up where it goes. */
export const RESTORE_MODES = ["beside", "swap"] as const;
export type RestoreMode = (typeof RESTORE_MODES)[number];

export const RESTORE_STATES = ["running", "restored", "swapped", "failed", "removed"] as const;
export type RestoreState = (typeof RESTORE_STATES)[number];

/** The target every panel has: the folder BACKUPS_ROOT on the worker's disk. Made by the migration. */
export const OWN_DISK_TARGET = "00000000-0000-4000-8000-000000000001";

/** Kinds in the ledger. */
export const KINDS = {
  point: "backup.point",
  policy: "backup.policy",
  scratch: "docker.container",
  database: "backup.restored-database",
  folder: "backup.restored-folder",
  borgmatic: "backup.borgmatic-entries",
} as const;
