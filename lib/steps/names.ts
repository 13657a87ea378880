import type { QueueName } from "#lib/platform/config/settings.ts";
import { AppError } from "#lib/platform/errors.ts";

/** What the web process knows of a step: never its handlers, for those bring Docker and AWS along. */
export interface StepName {
  queue: QueueName;
  maxAttempts: number;
}

const DEFAULT_ATTEMPTS = 8;

/** Every step a checklist may use. A test beside `workers/steps.ts` proves that it says the same as the definitions. */
const NAMES = new Map<string, StepName>(
  Object.entries({
    manual: { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "swarm.secret": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "services.folder": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "swarm.stack": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "ingress.route": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "dns.record": { queue: "dns", maxAttempts: 12 },
    "dns.sync": { queue: "dns", maxAttempts: 20 },
    "certificates.issue": { queue: "certificates", maxAttempts: 15 },
    "certificates.renew": { queue: "renewals", maxAttempts: DEFAULT_ATTEMPTS },
    "certificates.revoke": { queue: "certificates", maxAttempts: DEFAULT_ATTEMPTS },
    "certificates.account-key": { queue: "certificates", maxAttempts: DEFAULT_ATTEMPTS },
    "certificates.deliver": { queue: "renewals", maxAttempts: 12 },
    "backups.take": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.verify": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.restore": { queue: "backups", maxAttempts: 5 },
    "backups.swap": { queue: "backups", maxAttempts: 5 },
    "backups.policy": { queue: "provisioning", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.prune": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.remove": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.reconcile": { queue: "backups", maxAttempts: 3 },
    "backups.orphan": { queue: "backups", maxAttempts: 3 },
    "backups.retire": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.borgmatic": { queue: "backups", maxAttempts: DEFAULT_ATTEMPTS },
    "backups.ping": { queue: "notifications", maxAttempts: 5 },
    "notifications.mail": { queue: "notifications", maxAttempts: 100 },
  } satisfies Record<string, StepName>),
);

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
