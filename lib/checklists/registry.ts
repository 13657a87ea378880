import { ADD_ENVIRONMENT } from "./add-environment.ts";
import { BACKUP, CHECK_TARGET, PING, REMOVE_BACKUP, VERIFY_BACKUP } from "./backup.ts";
import { ORPHAN } from "./backup-target.ts";
import { ACCOUNT_KEY, CERTIFICATE, RENEW_CERTIFICATE, REVOKE_CERTIFICATE } from "./certificate.ts";
import { CHECK_REGISTRY } from "./check-registry.ts";
import { snapshotChecklist } from "./compile.ts";
import { DATA_CHANGE, PREVIEW_DATA_CHANGE } from "./data-change.ts";
import { DATABASE_ACCOUNT } from "./database-account.ts";
import { DECOMMISSION } from "./decommission.ts";
import { DELIVER_CERTIFICATE } from "./deliver-certificate.ts";
import { DEPLOY, WRITE_EVIDENCE } from "./deploy.ts";
import { DNS_SYNC } from "./dns-sync.ts";
import { MOVE } from "./move.ts";
import { MOVE_BACK } from "./move-back.ts";
import { NEW_HOST } from "./new-host.ts";
import { NEW_PROJECT } from "./new-project.ts";
import { NEW_RELEASE } from "./new-release.ts";
import { NOTICE } from "./notice.ts";
import { PROVISION } from "./provision.ts";
import { PUSH } from "./push.ts";
import { READINESS } from "./readiness.ts";
import { FOLLOW_STACK } from "./repository.ts";
import { REMOVE_KEPT, RESTORE, RESTORE_SWAP, SWAP } from "./restore.ts";
import { RESTORE_TEST } from "./restore-test.ts";
import { ROTATE_SECRET } from "./rotate-secret.ts";
import { START_AGAIN } from "./start-again.ts";

/** Every checklist as the rows of ChecklistTemplate are made from it. */
export const CHECKLIST_SNAPSHOTS = [
  snapshotChecklist(PROVISION),
  snapshotChecklist(BACKUP),
  snapshotChecklist(VERIFY_BACKUP),
  snapshotChecklist(REMOVE_BACKUP),
  snapshotChecklist(CHECK_TARGET),
  snapshotChecklist(PING),
  snapshotChecklist(ORPHAN),
  snapshotChecklist(NOTICE),
  snapshotChecklist(PUSH),
  snapshotChecklist(DNS_SYNC),
  snapshotChecklist(CERTIFICATE),
  snapshotChecklist(RENEW_CERTIFICATE),
  snapshotChecklist(REVOKE_CERTIFICATE),
  snapshotChecklist(DELIVER_CERTIFICATE),
  snapshotChecklist(ACCOUNT_KEY),
  snapshotChecklist(RESTORE),
  snapshotChecklist(RESTORE_SWAP),
  snapshotChecklist(SWAP),
  snapshotChecklist(REMOVE_KEPT),
  snapshotChecklist(ADD_ENVIRONMENT),
  snapshotChecklist(NEW_RELEASE),
  snapshotChecklist(DEPLOY),
  snapshotChecklist(FOLLOW_STACK),
  snapshotChecklist(WRITE_EVIDENCE),
  snapshotChecklist(CHECK_REGISTRY),
  snapshotChecklist(PREVIEW_DATA_CHANGE),
  snapshotChecklist(DATA_CHANGE),
  snapshotChecklist(DATABASE_ACCOUNT),
  snapshotChecklist(NEW_HOST),
  snapshotChecklist(NEW_PROJECT),
  snapshotChecklist(RESTORE_TEST),
  snapshotChecklist(MOVE),
  snapshotChecklist(MOVE_BACK),
  snapshotChecklist(DECOMMISSION),
  snapshotChecklist(START_AGAIN),
  snapshotChecklist(ROTATE_SECRET),
  snapshotChecklist(READINESS),
];
