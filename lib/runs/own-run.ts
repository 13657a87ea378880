import { type Action, authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";

/** Runs of what belongs to one person or service: undoing one revokes the certificate and destroys its key. */
const OWN: ReadonlySet<string> = new Set([
  "certificate",
  "renew-certificate",
  "revoke-certificate",
  "deliver-certificate",
]);

/** Runs that bring data back or take it away again: retrying, stopping or undoing one takes the right to start it. */
const RESTORES: Readonly<Record<string, Action>> = {
  restore: "backups.restore",
  "restore-swap": "backups.swap",
  swap: "backups.swap",
};

/** Runs that take backups: undoing one removes them again, which takes the right to remove them. */
const TAKES: ReadonlySet<string> = new Set(["backup", "retire-backups"]);

interface AboutRun {
  checklistKey: string;
  serviceId: string | null;
  requestedById: string | null;
}

/** Whether the run is about what everybody on the staff looks after, or about something of the actor's own. */
export async function isOwnRun(tx: Tx, actor: Actor, run: AboutRun): Promise<boolean> {
  const action = RESTORES[run.checklistKey];
  if (!(action || OWN.has(run.checklistKey)) || actor.kind === "system" || actor.roles.includes("admin")) return true;
  const service = run.serviceId
    ? await tx.service.findUnique({ where: { id: run.serviceId }, select: { ownerId: true } })
    : null;
  if (action) return may(actor, action, { ownerId: service?.ownerId ?? null, serviceId: run.serviceId }).ok;
  return (service ? service.ownerId : run.requestedById) === actor.id;
}

export async function assertOwnRun(tx: Tx, actor: Actor, run: AboutRun): Promise<void> {
  if (await isOwnRun(tx, actor, run)) return;
  throw new AppError({
    code: "forbidden",
    message: RESTORES[run.checklistKey]
      ? "Only whoever may restore this service's data may let this run go on, stop or undo it."
      : "Only whoever the certificate belongs to may stop or undo its run.",
    advice: "Ask them, or an administrator.",
    status: 403,
  });
}

export const mayUndo = (actor: Actor, { checklistKey }: Pick<AboutRun, "checklistKey">): boolean =>
  !TAKES.has(checklistKey) || may(actor, "backups.remove").ok;

export function assertMayUndo(actor: Actor, { checklistKey }: Pick<AboutRun, "checklistKey">): void {
  if (TAKES.has(checklistKey)) authorize(actor, "backups.remove");
}

/** Letting a restore go on replaces data like beginning it does; any other run may be retried by everybody on the staff. */
export const mayRetry = ({ checklistKey }: Pick<AboutRun, "checklistKey">, isOwn: boolean): boolean =>
  isOwn || !(checklistKey in RESTORES);

export async function assertMayRetry(tx: Tx, actor: Actor, run: AboutRun): Promise<void> {
  if (run.checklistKey in RESTORES) await assertOwnRun(tx, actor, run);
}
