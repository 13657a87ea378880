import { sha256 } from "#lib/platform/crypto.ts";
import type { RestoreNotes } from "../schema/restore-notes.ts";
import type { BackupSource } from "../schema/source.ts";

/** Longest name that every supported database takes. */
const NAME_MAX = 63;

/** 20261121_081500: sorts by time, needs no quoting. */
const toStamp = (at: Date): string =>
  at
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replaceAll(/[-:]/g, "")
    .replace("T", "_");

const append = (name: string, suffix: string) => `${name.slice(0, NAME_MAX - suffix.length)}${suffix}`;

/** The new database that a restore fills, beside the living one. */
export const restoredDatabase = (database: string, at: Date) => append(database, `_restored_${toStamp(at)}`);

/** Where the living database is kept when a restored one takes its place. */
export const databaseBefore = (database: string, at: Date) => append(database, `_before_${toStamp(at)}`);

const trim = (path: string) => path.replace(/\/+$/, "");
const toDashes = (at: Date) => toStamp(at).replace("_", "-");

export const restoredFolder = (path: string, at: Date) => `${trim(path)}.restored-${toDashes(at)}`;
export const folderBefore = (path: string, at: Date) => `${trim(path)}.before-${toDashes(at)}`;
export const restoredVolume = (volume: string, at: Date) => `${volume}_restored_${toStamp(at)}`;

/** The account that fills one database, named after it: a second try finds what the first left. Fits into MySQL's 32 characters. */
export const fillingAccount = (database: string) =>
  `sw_restore_${Buffer.from(sha256(database)).toString("hex").slice(0, 12)}`;

/** Where an age identity is kept while its restore runs. */
export const identitySecret = (restoreId: string) => `restore.${restoreId}.identity`;

/** The living data in words: a database's name, a folder's path. */
export function nameLiving(source: BackupSource): string {
  if (source.kind === "files") return source.path;
  if (source.kind === "volume") return source.volumeName;
  return "databaseName" in source ? (source.databaseName ?? "all databases") : source.kind;
}

/** What of it a restore was made for. */
export const findLivingName = ({ source, livingDatabase }: RestoreNotes): string =>
  livingDatabase ?? nameLiving(source);
