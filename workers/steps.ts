import type { QueueName } from "#lib/platform/config/settings.ts";
import { type DeclaredStep, findStepName } from "#lib/steps/names.ts";
import type { AnyStep, FindStep } from "#lib/steps/types.ts";

type Load = () => Promise<AnyStep>;

/** Steps that make something, or look at it. */
const MAKERS = {
  "swarm.secret": async () => (await import("#lib/swarm/steps/secret.ts")).swarmSecret,
  "services.folder": async () => (await import("#lib/services/steps/folder.ts")).servicesFolder,
  "swarm.stack": async () => (await import("#lib/swarm/steps/stack.ts")).swarmStack,
  "dns.record": async () => (await import("#lib/dns/steps/record.ts")).dnsRecord,
  "ingress.route": async () => (await import("#lib/ingress/steps/route.ts")).ingressRoute,
  "dns.sync": async () => (await import("#lib/dns/steps/sync.ts")).dnsSync,
  "certificates.issue": async () => (await import("#lib/certificates/steps/issue.ts")).certificatesIssue,
  "certificates.renew": async () => (await import("#lib/certificates/steps/renew.ts")).certificatesRenew,
  "certificates.revoke": async () => (await import("#lib/certificates/steps/revoke.ts")).certificatesRevoke,
  "certificates.account-key": async () =>
    (await import("#lib/certificates/steps/account-key.ts")).certificatesAccountKey,
  "certificates.deliver": async () => (await import("#lib/certificates/steps/deliver.ts")).certificatesDeliver,
  "backups.check": async () => (await import("#lib/backups/steps/check.ts")).backupsCheck,
  "backups.take": async () => (await import("#lib/backups/steps/take.ts")).backupsTake,
  "backups.verify": async () => (await import("#lib/backups/steps/verify.ts")).backupsVerify,
  "backups.restore": async () => (await import("#lib/backups/steps/restore.ts")).backupsRestore,
  "backups.swap": async () => (await import("#lib/backups/steps/swap.ts")).backupsSwap,
  "backups.drop-kept": async () => (await import("#lib/backups/steps/drop-kept.ts")).backupsDropKept,
  "backups.policy": async () => (await import("#lib/backups/steps/policy.ts")).backupsPolicy,
  "backups.prune": async () => (await import("#lib/backups/steps/prune.ts")).backupsPrune,
  "backups.remove": async () => (await import("#lib/backups/steps/remove.ts")).backupsRemove,
  "backups.reconcile": async () => (await import("#lib/backups/steps/reconcile.ts")).backupsReconcile,
  "backups.orphan": async () => (await import("#lib/backups/steps/orphan.ts")).backupsOrphan,
  "backups.retire": async () => (await import("#lib/backups/steps/retire.ts")).backupsRetire,
  "backups.borgmatic": async () => (await import("#lib/backups/steps/borgmatic.ts")).backupsBorgmatic,
  "backups.ping": async () => (await import("#lib/backups/steps/ping.ts")).backupsPing,
  "registries.check": async () => (await import("#lib/registries/steps/check.ts")).registriesCheck,
  "releases.resolve": async () => (await import("#lib/releases/steps/resolve.ts")).releasesResolve,
  "releases.stage": async () => (await import("#lib/releases/steps/stage.ts")).releasesStage,
  "releases.check": async () => (await import("#lib/releases/steps/check.ts")).releasesCheck,
  "releases.migrate": async () => (await import("#lib/releases/steps/migrate.ts")).releasesMigrate,
  "releases.rollout": async () => (await import("#lib/releases/steps/rollout.ts")).releasesRollout,
  "releases.soak": async () => (await import("#lib/releases/steps/soak.ts")).releasesSoak,
  "releases.evidence": async () => (await import("#lib/releases/steps/evidence.ts")).releasesEvidence,
  "data-changes.preview": async () => (await import("#lib/data-changes/steps/preview.ts")).dataChangesPreview,
  "data-changes.execute": async () => (await import("#lib/data-changes/steps/execute.ts")).dataChangesExecute,
  "database.account": async () => (await import("#lib/databases/steps/account.ts")).databaseAccount,
  "moves.check": async () => (await import("#lib/moves/steps/check.ts")).movesCheck,
  "moves.try": async () => (await import("#lib/moves/steps/try.ts")).movesTry,
  "moves.wait": async () => (await import("#lib/moves/steps/wait.ts")).movesWait,
  "moves.stop": async () => (await import("#lib/moves/steps/stop.ts")).movesStop,
  "moves.release": async () => (await import("#lib/moves/steps/release.ts")).movesRelease,
  "moves.copy-data": async () => (await import("#lib/moves/steps/copy-data.ts")).movesCopyData,
  "moves.copy-folder": async () => (await import("#lib/moves/steps/copy-folder.ts")).movesCopyFolder,
  "moves.clear": async () => (await import("#lib/moves/steps/clear.ts")).movesClear,
  "moves.settle": async () => (await import("#lib/moves/steps/settle.ts")).movesSettle,
  "moves.prove": async () => (await import("#lib/moves/steps/prove.ts")).movesProve,
  "moves.old-off": async () => (await import("#lib/moves/steps/old-off.ts")).movesOldOff,
  "moves.purge": async () => (await import("#lib/moves/steps/purge.ts")).movesPurge,
  "readiness.survey": async () => (await import("#lib/readiness/steps/survey.ts")).readinessSurvey,
  "secrets.renew": async () => (await import("#lib/secret-stores/steps/renew.ts")).secretsRenew,
  "secrets.store": async () => (await import("#lib/secret-stores/steps/store.ts")).secretsStore,
  "secrets.password": async () => (await import("#lib/secret-stores/steps/password.ts")).secretsPassword,
  "secrets.roll": async () => (await import("#lib/secret-stores/steps/roll.ts")).secretsRoll,
  "secrets.retire": async () => (await import("#lib/secret-stores/steps/retire.ts")).secretsRetire,
  "repository.write": async () => (await import("#lib/repository/steps/write.ts")).repositoryWrite,
  "repository.check": async () => (await import("#lib/repository/steps/check.ts")).repositoryCheck,
  "repository.promote": async () => (await import("#lib/repository/steps/promote.ts")).repositoryPromote,
  "repository.retire": async () => (await import("#lib/repository/steps/retire.ts")).repositoryRetire,
  "notifications.mail": async () => (await import("#lib/notifications/steps/mail.ts")).notificationsMail,
  "notifications.push": async () => (await import("#lib/notifications/steps/push.ts")).notificationsPush,
  "watching.monitor": async () => (await import("#lib/watching/steps/monitor.ts")).watchingMonitor,
  "watching.pause": async () => (await import("#lib/watching/steps/pause.ts")).watchingPause,
  "watching.resume": async () => (await import("#lib/watching/steps/resume.ts")).watchingResume,
} satisfies Partial<Record<DeclaredStep, Load>>;

/**
 * Every step the workers can run, and the module that holds it. A module is loaded where its queue is served, or when
 * somebody needs that step: a worker that only backs up keeps neither Route 53 nor Let's Encrypt in its memory.
 */
const STEPS = {
  ...MAKERS,
  "services.stop": async () => (await import("#lib/decommission/steps/stop.ts")).servicesStop,
  "services.start": async () => (await import("#lib/decommission/steps/start.ts")).servicesStart,
  "services.archive-folder": async () =>
    (await import("#lib/decommission/steps/archive-folder.ts")).servicesArchiveFolder,
  "dns.release": async () => (await import("#lib/decommission/steps/release-record.ts")).dnsRelease,
  "ingress.forget": async () => (await import("#lib/ingress/steps/forget.ts")).ingressForget,
  // These take away what the others made, by the others' own hands.
  "resources.take-away": async () =>
    (await import("#lib/decommission/steps/take-away.ts")).createTakeAway(findIn(MAKERS)),
  "services.prove-gone": async () =>
    (await import("#lib/decommission/steps/prove-gone.ts")).createProveGone(findIn(MAKERS)),
} satisfies Record<DeclaredStep, Load>;

export const STEP_NAMES: readonly string[] = Object.keys(STEPS);

function findIn(steps: Readonly<Record<string, Load>>): FindStep {
  const loads = new Map(Object.entries(steps));
  return async (name) => loads.get(name)?.();
}

/** The step of that name, of whatever queue: its module is loaded if it is not yet. */
export const findStep: FindStep = findIn(STEPS);

/** Loads the steps of these queues now: what cannot be loaded keeps a worker from starting, and no run waits for it. */
export async function loadSteps(queues: readonly QueueName[]): Promise<void> {
  await Promise.all(STEP_NAMES.filter((name) => queues.includes(findStepName(name).queue)).map(findStep));
}
