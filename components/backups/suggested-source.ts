import type { BackupSource } from "#lib/backups/schema/source.ts";

/** Something of a service that its answers say is there. */
export interface SuggestedSource {
  name: string;
  source: BackupSource;
}
