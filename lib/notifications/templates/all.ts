import { backupAnomaly } from "./backup-anomaly.ts";
import { backupDisproved } from "./backup-disproved.ts";
import { backupFailed } from "./backup-failed.ts";
import { backupGone } from "./backup-gone.ts";
import { backupMissed } from "./backup-missed.ts";
import { backupOverdue } from "./backup-overdue.ts";
import { certificateFailed } from "./certificate-failed.ts";
import { certificateIssued } from "./certificate-issued.ts";
import { certificateServed } from "./certificate-served.ts";
import { dataChange } from "./data-change.ts";
import { DEPLOYMENT_NOTICES } from "./deployment-mails.ts";
import { itemsDue } from "./items-due.ts";
import { keptLong } from "./kept-long.ts";
import { monitorsStuck } from "./monitors-stuck.ts";
import { pageProbed } from "./page-probed.ts";
import { proofsStopped } from "./proofs-stopped.ts";
import { recordsExpired } from "./records-expired.ts";
import { recordsExpiring } from "./records-expiring.ts";
import { restoreFinished } from "./restore-finished.ts";
import { serviceProvisioned } from "./service-provisioned.ts";
import { serviceRetired } from "./service-retired.ts";
import { serviceUndone } from "./service-undone.ts";
import { targetFailing } from "./target-failing.ts";
import { ticksChanged } from "./ticks-changed.ts";

/** Every kind of mail the panel sends. */
export const NOTICES = [
  backupFailed,
  backupMissed,
  backupDisproved,
  backupGone,
  backupOverdue,
  proofsStopped,
  backupAnomaly,
  targetFailing,
  restoreFinished,
  keptLong,
  certificateIssued,
  certificateFailed,
  certificateServed,
  recordsExpiring,
  recordsExpired,
  serviceProvisioned,
  serviceUndone,
  serviceRetired,
  dataChange,
  pageProbed,
  monitorsStuck,
  itemsDue,
  ticksChanged,
  ...DEPLOYMENT_NOTICES,
] as const;
