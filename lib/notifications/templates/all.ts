import { backupAnomaly } from "./backup-anomaly.ts";
import { backupDisproved } from "./backup-disproved.ts";
import { backupFailed } from "./backup-failed.ts";
import { backupMissed } from "./backup-missed.ts";
import { backupOverdue } from "./backup-overdue.ts";
import { certificateFailed } from "./certificate-failed.ts";
import { certificateIssued } from "./certificate-issued.ts";
import { certificateServed } from "./certificate-served.ts";
import { recordsExpired } from "./records-expired.ts";
import { recordsExpiring } from "./records-expiring.ts";
import { restoreFinished } from "./restore-finished.ts";
import { serviceProvisioned } from "./service-provisioned.ts";
import { serviceUndone } from "./service-undone.ts";

/** Every kind of mail the panel sends. */
export const NOTICES = [
  backupFailed,
  backupMissed,
  backupDisproved,
  backupOverdue,
  backupAnomaly,
  restoreFinished,
  certificateIssued,
  certificateFailed,
  certificateServed,
  recordsExpiring,
  recordsExpired,
  serviceProvisioned,
  serviceUndone,
] as const;
