import { followBackupRun } from "#lib/backups/commands/follow-backup-run.ts";
import { followRestoreRun } from "#lib/backups/commands/follow-restore.ts";
import { tellRestoreRun } from "#lib/backups/commands/tell-restore.ts";
import { followCertificateRun } from "#lib/certificates/commands/follow-run.ts";
import { followDataChangeRun } from "#lib/data-changes/commands/follow-run.ts";
import { followAccountRun } from "#lib/databases/commands/follow-account-run.ts";
import { followDecommissionRun } from "#lib/decommission/commands/follow-run.ts";
import { followDeploymentRun } from "#lib/releases/commands/follow-deployment-run.ts";
import { followReleaseRun } from "#lib/releases/commands/follow-release.ts";
import { followStackRun } from "#lib/releases/commands/follow-stack.ts";
import { followStackFile } from "#lib/repository/commands/follow-run.ts";
import type { RunHook } from "#lib/runs/types.ts";
import { onRunFinished } from "#lib/services/on-run-finished.ts";
import { followTicks } from "#lib/ticks/commands/follow-ticks.ts";
import { followMaintenanceRun } from "#lib/watching/commands/follow-run.ts";

/** What follows when a run finishes or goes on again: given to the engine and to every command that changes a run. */
export const RUN_HOOKS: readonly RunHook[] = [
  onRunFinished,
  followCertificateRun,
  followBackupRun,
  followRestoreRun,
  tellRestoreRun,
  followStackRun,
  followAccountRun,
  followDataChangeRun,
  followReleaseRun,
  followDeploymentRun,
  followStackFile,
  followDecommissionRun,
  followTicks,
  followMaintenanceRun,
];
