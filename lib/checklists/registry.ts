import { BACKUP, CHECK_TARGET, PING, REMOVE_BACKUP, RETIRE_BACKUPS, VERIFY_BACKUP } from "./backup.ts";
import { ORPHAN } from "./backup-target.ts";
import { ACCOUNT_KEY, CERTIFICATE, RENEW_CERTIFICATE, REVOKE_CERTIFICATE } from "./certificate.ts";
import { snapshotChecklist } from "./compile.ts";
import { DELIVER_CERTIFICATE } from "./deliver-certificate.ts";
import { DNS_SYNC } from "./dns-sync.ts";
import { NOTICE } from "./notice.ts";
import { PROVISION } from "./provision.ts";
import { RESTORE, RESTORE_SWAP, SWAP } from "./restore.ts";

/** Every checklist as the rows of ChecklistTemplate are made from it. */
export const CHECKLIST_SNAPSHOTS = [
  snapshotChecklist(PROVISION),
  snapshotChecklist(BACKUP),
  snapshotChecklist(VERIFY_BACKUP),
  snapshotChecklist(REMOVE_BACKUP),
  snapshotChecklist(CHECK_TARGET),
  snapshotChecklist(PING),
  snapshotChecklist(RETIRE_BACKUPS),
  snapshotChecklist(ORPHAN),
  snapshotChecklist(NOTICE),
  snapshotChecklist(DNS_SYNC),
  snapshotChecklist(CERTIFICATE),
  snapshotChecklist(RENEW_CERTIFICATE),
  snapshotChecklist(REVOKE_CERTIFICATE),
  snapshotChecklist(DELIVER_CERTIFICATE),
  snapshotChecklist(ACCOUNT_KEY),
  snapshotChecklist(RESTORE),
  snapshotChecklist(RESTORE_SWAP),
  snapshotChecklist(SWAP),
];
