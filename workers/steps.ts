import { backupsBorgmatic } from "#lib/backups/steps/borgmatic.ts";
import { backupsOrphan } from "#lib/backups/steps/orphan.ts";
import { backupsPing } from "#lib/backups/steps/ping.ts";
import { backupsPolicy } from "#lib/backups/steps/policy.ts";
import { backupsPrune } from "#lib/backups/steps/prune.ts";
import { backupsReconcile } from "#lib/backups/steps/reconcile.ts";
import { backupsRemove } from "#lib/backups/steps/remove.ts";
import { backupsRestore } from "#lib/backups/steps/restore.ts";
import { backupsRetire } from "#lib/backups/steps/retire.ts";
import { backupsSwap } from "#lib/backups/steps/swap.ts";
import { backupsTake } from "#lib/backups/steps/take.ts";
import { backupsVerify } from "#lib/backups/steps/verify.ts";
import { certificatesAccountKey } from "#lib/certificates/steps/account-key.ts";
import { certificatesDeliver } from "#lib/certificates/steps/deliver.ts";
import { certificatesIssue } from "#lib/certificates/steps/issue.ts";
import { certificatesRenew } from "#lib/certificates/steps/renew.ts";
import { certificatesRevoke } from "#lib/certificates/steps/revoke.ts";
import { dnsRecord } from "#lib/dns/steps/record.ts";
import { dnsSync } from "#lib/dns/steps/sync.ts";
import { ingressRoute } from "#lib/ingress/steps/route.ts";
import { notificationsMail } from "#lib/notifications/steps/mail.ts";
import { servicesFolder } from "#lib/services/steps/folder.ts";
import type { AnyStep } from "#lib/steps/types.ts";
import { swarmSecret } from "#lib/swarm/steps/secret.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";

/** Every step the workers can run. Its name and queue stand in lib/steps/names.ts too, for the web process. */
export const STEPS: readonly AnyStep[] = [
  swarmSecret,
  servicesFolder,
  swarmStack,
  dnsRecord,
  ingressRoute,
  dnsSync,
  certificatesIssue,
  certificatesRenew,
  certificatesRevoke,
  certificatesAccountKey,
  certificatesDeliver,
  backupsTake,
  backupsVerify,
  backupsRestore,
  backupsSwap,
  backupsPolicy,
  backupsPrune,
  backupsRemove,
  backupsReconcile,
  backupsOrphan,
  backupsRetire,
  backupsBorgmatic,
  backupsPing,
  notificationsMail,
];
