import type { Naming } from "#lib/services/naming.ts";
import { isDatabaseSource } from "../restore/database-entry.ts";
import type { BackupSource } from "../schema/source.ts";

/** Whether a backup of the source has what is in the volume, of an environment with these names. */
export function holdsVolume(source: BackupSource, volumeName: string, names: Naming): boolean {
  if (source.kind === "volume") return source.volumeName === volumeName;
  if (!("swarmService" in source)) return false;
  // What is no database of the panel's is a server that runs as the app, with its data in the app's volumes.
  if (volumeName !== names.databaseVolume) return source.swarmService === names.appService;
  if (source.swarmService !== names.databaseService || !isDatabaseSource(source)) return false;
  return (source.databaseName ?? names.databaseName) === names.databaseName;
}
