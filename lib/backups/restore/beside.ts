import type { LedgerResource, StepContext } from "#lib/steps/types.ts";
import { KINDS } from "../constants.ts";
import type { BackupSource } from "../schema/source.ts";
import { databaseEntry, isDatabaseSource, parseDatabaseEntry } from "./database-entry.ts";
import { withLiving } from "./open-living.ts";
import { dropRestored } from "./restore-database.ts";
import { dropFolder, folderEntry, hasFolder } from "./restore-folder.ts";

/** A database or folder beside the living one, as the ledger has it. */
export const besideEntry = (source: BackupSource, name: string) =>
  isDatabaseSource(source) ? databaseEntry(source, name) : folderEntry("files", name);

type Beside = Pick<LedgerResource, "kind" | "attributes">;

/** Takes it away and proves it gone; false: it was not there any more. */
export function dropBeside(resource: Beside, ctx: StepContext): Promise<boolean> {
  if (resource.kind === KINDS.folder) return dropFolder(resource, ctx);
  const { source, database } = parseDatabaseEntry(resource);
  return dropRestored(source, database, ctx);
}

export function isBeside(resource: Beside, ctx: StepContext): Promise<boolean> {
  if (resource.kind === KINDS.folder) return hasFolder(resource, ctx);
  const { source, database } = parseDatabaseEntry(resource);
  return withLiving(source, ctx, ({ server }) => server.exists(database));
}
