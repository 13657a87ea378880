import type { QueueName } from "#lib/platform/config/settings.ts";
import { AppError } from "#lib/platform/errors.ts";

/** What the web process knows of a step: never its handlers, for those bring Docker and AWS along. */
export interface StepName {
  queue: QueueName;
  maxAttempts: number;
}

const DEFAULT_ATTEMPTS = 8;

/** Every step a checklist may use. A test beside `workers/steps.ts` proves that it says the same as the definitions. */
const DECLARED = {
  manual: { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "swarm.secret": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "services.folder": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "swarm.stack": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "services.stop": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "services.start": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "services.archive-folder": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "services.prove-gone": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "resources.take-away": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "dns.release": { queue: "dns", maxAttempts: 12 },
  "ingress.forget": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "ingress.route": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "dns.record": { queue: "dns", maxAttempts: 12 },
  "dns.sync": { queue: "dns", maxAttempts: 20 },
  "certificates.issue": { queue: "certificates", maxAttempts: 15 },
  "certificates.renew": { queue: "renewals", maxAttempts: DEFAULT_ATTEMPTS },
  "certificates.revoke": { queue: "certificates", maxAttempts: DEFAULT_ATTEMPTS },
  "certificates.account-key": { queue: "certificates", maxAttempts: DEFAULT_ATTEMPTS },
  "certificates.deliver": { queue: "renewals", maxAttempts: 12 },
  "backups.check": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.take": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.verify": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.restore": { queue: "backups", maxAttempts: 5 },
  "backups.swap": { queue: "backups", maxAttempts: 5 },
  "backups.drop-kept": { queue: "backups", maxAttempts: 5 },
  "backups.policy": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.prune": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.remove": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.reconcile": { queue: "backups", maxAttempts: 3 },
  "backups.orphan": { queue: "backups", maxAttempts: 3 },
  "backups.retire": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.borgmatic": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "backups.ping": { queue: "notifications", maxAttempts: 5 },
  "moves.check": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.try": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.wait": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.stop": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.release": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.copy-data": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.copy-folder": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.clear": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.settle": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.prove": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.old-off": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "moves.purge": { queue: "dns", maxAttempts: DEFAULT_ATTEMPTS },
  "registries.check": { queue: "releases", maxAttempts: 5 },
  "releases.resolve": { queue: "releases", maxAttempts: 6 },
  "releases.stage": { queue: "releases", maxAttempts: 6 },
  "releases.check": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "releases.migrate": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "releases.rollout": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "releases.soak": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "releases.evidence": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "data-changes.preview": { queue: "releases", maxAttempts: 4 },
  "data-changes.execute": { queue: "releases", maxAttempts: 6 },
  "readiness.survey": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "secrets.renew": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "secrets.store": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "secrets.password": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "secrets.roll": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "secrets.retire": { queue: "releases", maxAttempts: DEFAULT_ATTEMPTS },
  "database.account": { queue: "releases", maxAttempts: 6 },
  "repository.write": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "repository.check": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "repository.promote": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "repository.retire": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
  "notifications.mail": { queue: "notifications", maxAttempts: 100 },
  "notifications.push": { queue: "notifications", maxAttempts: 20 },
  "watching.monitor": { queue: "notifications", maxAttempts: DEFAULT_ATTEMPTS },
  "watching.pause": { queue: "notifications", maxAttempts: 5 },
  "watching.resume": { queue: "notifications", maxAttempts: 5 },
} satisfies Record<string, StepName>;

/** A step that a worker runs, by its name. */
export type DeclaredStep = Exclude<keyof typeof DECLARED, "manual">;

const NAMES = new Map<string, StepName>(Object.entries(DECLARED));

export function findStepName(name: string): StepName {
  const found = NAMES.get(name);
  if (found) return found;
  throw new AppError({
    code: "runs.unknown_step",
    message: `The checklist names a step "${name}" that this panel does not have.`,
    status: 422,
  });
}

/** For engines with steps of their own, as tests and benchmarks have. */
export function addStepNames(steps: readonly ({ name: string } & StepName)[]): void {
  for (const { name, queue, maxAttempts } of steps) NAMES.set(name, { queue, maxAttempts });
}
