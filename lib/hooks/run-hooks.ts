import { followBackupRun } from "#lib/backups/commands/follow-backup-run.ts";
import { followRestoreRun } from "#lib/backups/commands/follow-restore.ts";
import { tellRestoreRun } from "#lib/backups/commands/tell-restore.ts";
import { followCertificateRun } from "#lib/certificates/commands/follow-run.ts";
import type { RunHook } from "#lib/runs/types.ts";
import { onRunFinished } from "#lib/services/on-run-finished.ts";

/** What follows when a run finishes or goes on again: given to the engine and to every command that changes a run. */
export const RUN_HOOKS: readonly RunHook[] = [
  onRunFinished,
  followCertificateRun,
  followBackupRun,
  followRestoreRun,
  tellRestoreRun,
];
