import type { BackupNews } from "#lib/backups/queries/read-backup-news.ts";
import { formatUtc } from "./format.ts";

/** "pad-notes (production), database" */
export const nameBackup = ({
  owner,
  environment,
  policy,
}: Pick<BackupNews, "owner" | "environment" | "policy">): string => `${owner} (${environment}), ${policy}`;

/** What there is to go back to, whatever has just gone wrong. */
export const describeRestorable = (asOf: Date | null): string =>
  asOf
    ? `It can provably be brought back as of ${formatUtc(asOf)}.`
    : "Nothing of it has ever been proven: there is no moment that it can provably be brought back to.";

export const BACKUP_READERS = "You get this mail because the service is yours or because you look after databases.";
