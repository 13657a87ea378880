import { type Action, may, mayEver } from "#lib/access/policy.ts";
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

/** Runs about data: the right to start one, and no other, is the right to retry, stop and undo it. */
const STARTED_BY: Readonly<Record<string, Action>> = {
  backup: "backups.take",
  "verify-backup": "backups.verify",
  "restore-test": "backups.verify",
  "remove-backup": "backups.remove",
  "backup-orphan": "backupTargets.manage",
  "check-backup-target": "backupTargets.manage",
  restore: "backups.restore",
  "restore-swap": "backups.swap",
  swap: "backups.swap",
  "remove-kept": "backups.removeKept",
  "preview-data-change": "dataChanges.carryOut",
  "data-change": "dataChanges.carryOut",
  "database-account": "readOnlyAccounts.manage",
  move: "moves.start",
  "move-back": "moves.start",
  decommission: "services.decommission",
  "rotate-secret": "secrets.rotate",
};

/** Undoing these removes backups, which takes the right to remove them. What was done to rows nobody undoes but with a backup. */
const UNDONE_BY: Readonly<Record<string, Action>> = {
  backup: "backups.remove",
  "data-change": "runs.execute",
  // Undoing it would remove the backup from before its migrations, and nothing else: it is gone back from with another deployment.
  deploy: "runs.execute",
  // One goes back by a run of its own, for as long as that is possible.
  move: "runs.execute",
  "move-back": "runs.execute",
  // What was taken away is made again by provisioning.
  decommission: "runs.execute",
  // What it takes away is a service, without all that taking one down asks first.
  provision: "services.decommission",
  "add-environment": "services.decommission",
  // The old value is no secret's any more; another rotation goes on from here.
  "rotate-secret": "runs.execute",
};

export type RunVerb = "retry" | "cancel" | "undo";

interface AboutRun {
  checklistKey: string;
  serviceId: string | null;
  requestedById: string | null;
  mode: string;
}

const ownerOf = async (tx: Tx, { serviceId }: AboutRun) =>
  serviceId ? tx.service.findUnique({ where: { id: serviceId }, select: { ownerId: true } }) : null;

/** Whether this person may do this to this run, whatever state it is in. */
export async function mayHandle(tx: Tx, actor: Actor, verb: RunVerb, run: AboutRun): Promise<boolean> {
  const key = run.checklistKey;
  if (actor.kind === "system") return may(actor, `runs.${verb}`).ok;
  const starts = STARTED_BY[key];
  const undoes = verb === "undo" || run.mode === "undo" ? UNDONE_BY[key] : undefined;
  const service = await ownerOf(tx, run);
  const subject = { ownerId: service?.ownerId ?? null, serviceId: run.serviceId };
  if (starts) {
    const mayStart = may(actor, undoes ?? starts, subject).ok;
    return mayStart && may(actor, `runs.${verb}`, { mayStart }).ok;
  }
  if (!may(actor, `runs.${verb}`).ok || (undoes && !may(actor, undoes, subject).ok)) return false;
  // Whose certificate it is does not matter for trying again what its owner asked for.
  if (verb === "retry" || !OWN.has(key) || actor.roles.includes("admin")) return true;
  return (service ? service.ownerId : run.requestedById) === actor.id;
}

export async function assertMayHandle(tx: Tx, actor: Actor, verb: RunVerb, run: AboutRun): Promise<void> {
  if (await mayHandle(tx, actor, verb, run)) return;
  throw forbidden(
    (verb === "undo" || run.mode === "undo") && UNDONE_BY[run.checklistKey] === "services.decommission"
      ? "Undoing this takes the service down: only its owner, a manager or an administrator may."
      : STARTED_BY[run.checklistKey] || UNDONE_BY[run.checklistKey]
        ? "Only whoever may start such a run for this service may let it go on, stop or undo it."
        : OWN.has(run.checklistKey)
          ? "Only whoever the certificate belongs to may stop or undo its run."
          : "Your role does not include this.",
  );
}

/** The coarse check, before the run is read. */
export function assertMayEverHandle(actor: Actor, verb: RunVerb): void {
  if (!mayEver(actor, `runs.${verb}`)) throw forbidden("Your role does not include this.");
}

const forbidden = (message: string) =>
  new AppError({ code: "forbidden", message, advice: "Ask them, or an administrator.", status: 403 });
