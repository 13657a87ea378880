import { AppError } from "#lib/platform/errors.ts";
import type { Actor, Role } from "./types.ts";

/** What a rule may look at besides the role. */
export interface Subject {
  ownerId?: string | null;
  /** Set when it is a service's, whose owner `ownerId` is. */
  serviceId?: string | null;
  requestedById?: string | null;
  /** Of an item: the one person whose word it is. */
  confirmById?: string | null;
  /** Of a run about backups: whether the actor may start such a one. */
  mayStart?: boolean;
  /** Of an address: it is one of the settings', or the one in use. */
  isKnownAddress?: boolean;
}

interface Rule {
  /** Roles that may, whatever the subject. */
  roles: readonly Role[];
  /** Roles that may when `when` holds. */
  conditional?: {
    roles: readonly Role[];
    when: (actor: Extract<Actor, { kind: "user" }>, subject: Subject) => boolean;
    because: string;
  };
  /** The engine itself may. */
  system?: boolean;
}

const EVERYBODY: readonly Role[] = ["viewer", "staff", "manager", "dba", "admin"];
const STAFF: readonly Role[] = ["staff", "manager", "admin"];
/** Who has names of their own: everybody who may change anything. */
const NAMED: readonly Role[] = ["staff", "manager", "dba", "admin"];

const isOwner = (actor: { id: string }, subject: Subject) => subject.ownerId === actor.id;

/** Everybody over what is their own; over what is a service's, its owner while still on the staff. */
const OWN_RECORD = {
  roles: EVERYBODY,
  when: (actor: Extract<Actor, { kind: "user" }>, subject: Subject) =>
    isOwner(actor, subject) && (!subject.serviceId || actor.roles.some((role) => STAFF.includes(role))),
  because: "Only its owner, for a service's record the service's owner, may do this.",
} as const;

/** What makes a service run as it does: its owner's, while on the staff. */
const OWN_SERVICE = {
  roles: STAFF,
  when: isOwner,
  because: "Only the service's owner or an administrator may do this.",
} as const;

/** Database administrators provision nothing; they look after the runs about backups that they may start. */
const STARTABLE = {
  roles: ["dba"],
  when: (_actor: Extract<Actor, { kind: "user" }>, subject: Subject) => subject.mayStart === true,
  because: "Your role does not include this run.",
} as const;

/** The policy: action × role × condition. What is not here is refused. */
export const POLICY = {
  "session.read": { roles: EVERYBODY },
  "session.revoke": { roles: EVERYBODY },
  "session.stopViewing": { roles: EVERYBODY },
  "home.read": { roles: EVERYBODY },
  "services.list": { roles: EVERYBODY },
  "services.read": { roles: EVERYBODY },
  "ticks.check": { roles: NAMED },
  "packages.read": { roles: STAFF },
  "drafts.create": { roles: STAFF },
  "drafts.list": { roles: STAFF },
  "drafts.read": { roles: STAFF },
  "drafts.update": { roles: STAFF },
  "drafts.delete": {
    roles: ["admin"],
    conditional: { roles: STAFF, when: isOwner, because: "Only who began a draft may throw it away." },
  },
  "services.plan": { roles: STAFF },
  "services.provision": { roles: STAFF },
  "services.decommission": {
    roles: ["manager", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a manager or an administrator may take a service down.",
    },
  },
  /** Who may take one away takes its owner's word with it. */
  "services.setDependencies": { roles: ["admin"], conditional: OWN_SERVICE },
  "runs.list": { roles: EVERYBODY },
  "runs.read": { roles: EVERYBODY },
  "runs.readLog": { roles: EVERYBODY },
  "runs.retry": { roles: STAFF, system: true, conditional: STARTABLE },
  "runs.cancel": { roles: STAFF, system: true, conditional: STARTABLE },
  "runs.undo": { roles: STAFF, conditional: STARTABLE },
  "runs.confirmStep": { roles: ["staff", "manager", "dba", "admin"] },
  "runs.execute": { roles: [], system: true },
  "items.list": { roles: EVERYBODY },
  /** Taking one, and writing down how far it is; whether one's word ends it is the item's own to say. */
  "items.edit": { roles: NAMED },
  "items.readFiles": { roles: NAMED },
  "items.setDue": {
    roles: ["manager", "admin"],
    conditional: {
      roles: NAMED,
      when: (actor: { id: string }, subject: Subject) => subject.requestedById === actor.id,
      because: "Only who started the run, a manager or an administrator may say until when.",
    },
  },
  /** Of an item that is one person's word: only an administrator, in their place. */
  "items.waive": {
    roles: ["admin"],
    conditional: {
      roles: ["manager"],
      when: (_actor: { id: string }, subject: Subject) => !subject.confirmById,
      because: "This is one person's word: only an administrator may do without it.",
    },
  },
  "zones.read": { roles: EVERYBODY },
  "zones.import": { roles: ["admin"] },
  "records.list": { roles: EVERYBODY },
  "records.read": { roles: EVERYBODY },
  "records.create": { roles: ["admin"], conditional: OWN_RECORD },
  "records.edit": { roles: ["admin"], conditional: OWN_RECORD },
  "records.delete": { roles: ["admin"], conditional: OWN_RECORD },
  "records.renew": { roles: ["admin"], conditional: OWN_RECORD },
  "records.restore": { roles: ["admin"], conditional: OWN_RECORD },
  "records.adopt": { roles: ["admin"], conditional: OWN_RECORD },
  "records.putRight": { roles: ["admin"], conditional: OWN_RECORD },
  "records.adoptForeign": { roles: ["admin"] },
  "records.assign": { roles: ["admin"] },
  "blockedNames.manage": { roles: ["admin"] },
  "zones.sync": { roles: STAFF, system: true },
  "zones.allow": { roles: ["manager", "admin"] },
  "certificates.read": { roles: EVERYBODY },
  "certificates.request": {
    roles: ["admin"],
    conditional: {
      roles: NAMED,
      when: isOwner,
      because: "Only whoever a name belongs to may have a certificate for it.",
    },
  },
  "certificates.renew": {
    roles: ["admin"],
    conditional: { roles: NAMED, when: isOwner, because: "Only a certificate's owner may renew it." },
  },
  "certificates.changeAccountKey": { roles: ["admin"] },
  "certificates.deliver": {
    roles: ["admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only a certificate's owner may say where it is brought to, and only to services of their own.",
    },
  },
  "certificates.revoke": {
    roles: ["admin"],
    conditional: { roles: NAMED, when: isOwner, because: "Only a certificate's owner may revoke it." },
  },
  "certificates.delete": {
    roles: ["admin"],
    conditional: { roles: NAMED, when: isOwner, because: "Only a certificate's owner may take it away." },
  },
  "certificates.download": {
    roles: ["admin"],
    conditional: { roles: NAMED, when: isOwner, because: "Only a certificate's owner may download it." },
  },
  "backups.read": { roles: EVERYBODY },
  "backups.take": { roles: NAMED, system: true },
  "backups.verify": { roles: NAMED, system: true },
  "backups.pin": { roles: NAMED },
  /** The retention may remove it from then on, which is otherwise for who looks after data. */
  "backups.unpin": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: (actor: { id: string }, subject: Subject) => isOwner(actor, subject) || subject.requestedById === actor.id,
      because:
        "Only who pinned it, the service's owner, a database administrator or an administrator may take the pin away.",
    },
  },
  "backups.remove": { roles: ["dba", "admin"] },
  "backups.restore": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because:
        "Only the owner of the service that gets the data, a database administrator or an administrator may do this.",
    },
  },
  "backups.swap": {
    roles: ["dba", "admin"],
    conditional: {
      roles: ["manager"],
      when: isOwner,
      because:
        "Replacing living data takes a database administrator, an administrator, or a manager who owns the service.",
    },
  },
  "backups.removeKept": {
    roles: ["dba", "admin"],
    conditional: {
      roles: ["manager"],
      when: isOwner,
      because:
        "Removing what lived before takes a database administrator, an administrator, or a manager who owns the service.",
    },
  },
  "backups.link": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a database administrator or an administrator may give its data away.",
    },
  },
  "backupPolicies.edit": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a database administrator or an administrator may change its backups.",
    },
  },
  "backupTargets.read": { roles: EVERYBODY },
  "backupTargets.manage": { roles: ["admin"] },
  "environments.read": { roles: EVERYBODY },
  "environments.add": { roles: ["admin"], conditional: OWN_SERVICE },
  "environments.edit": { roles: ["admin"], conditional: OWN_SERVICE },
  "moves.read": { roles: EVERYBODY },
  "moves.start": { roles: ["admin"], conditional: OWN_SERVICE },
  /** Production to another host without staging going first. */
  "moves.skipStaging": { roles: ["manager", "admin"] },
  /** What the reverse proxy passes a public name on to: any address within reach of it, or only one the panel knows. */
  "moves.setUpstream": {
    roles: ["admin"],
    conditional: {
      roles: STAFF,
      when: (_actor: Extract<Actor, { kind: "user" }>, subject: Subject) => subject.isKnownAddress === true,
      because: "Only an administrator may let the reverse proxy ask another address than the ones it is set up with.",
    },
  },
  "releases.read": { roles: EVERYBODY },
  "releases.create": { roles: STAFF, system: true },
  "releaseWebhooks.read": { roles: NAMED },
  "releaseWebhooks.manage": { roles: ["admin"], conditional: OWN_SERVICE },
  "registries.read": { roles: NAMED },
  "registries.manage": { roles: ["admin"] },
  "deployments.read": { roles: EVERYBODY },
  "deployments.propose": { roles: STAFF },
  /** A vote, one's own or one that was lent; whether it counts is asked of whose it is. */
  "deployments.decide": { roles: NAMED },
  "deployments.approve": { roles: ["manager", "admin"] },
  "deployments.start": { roles: STAFF, system: true },
  "deployments.cancel": {
    roles: ["manager", "admin"],
    conditional: {
      roles: STAFF,
      when: (actor: { id: string }, subject: Subject) => isOwner(actor, subject) || subject.requestedById === actor.id,
      because: "Only who asked for it, the service's owner, a manager or an administrator may do this.",
    },
  },
  "deployments.comment": { roles: NAMED },
  "deployments.rollBack": {
    roles: ["manager", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a manager or an administrator may go back without an approval.",
    },
  },
  "deployments.breakGlass": { roles: STAFF },
  "deployments.review": { roles: ["manager", "admin"] },
  "calendar.read": { roles: EVERYBODY },
  "calendar.manage": { roles: ["manager", "admin"] },
  "approvalRules.read": { roles: EVERYBODY },
  "approvalRules.manage": { roles: ["admin"] },
  "delegations.read": { roles: NAMED },
  "delegations.manage": { roles: ["manager", "admin"] },
  /** Its statements hold what rows hold, which who only looks reads nowhere. */
  "dataChanges.read": { roles: NAMED },
  "dataChanges.write": { roles: NAMED },
  "dataChanges.approve": { roles: ["manager", "dba", "admin"] },
  "dataChanges.cancel": {
    roles: ["manager", "dba", "admin"],
    conditional: {
      roles: NAMED,
      when: (actor, subject) => subject.requestedById === actor.id,
      because: "Only who proposed it, a manager, a database administrator or an administrator may withdraw it.",
    },
  },
  "dataChanges.carryOut": { roles: ["dba"] },
  "readOnlyAccounts.read": { roles: NAMED },
  "readOnlyAccounts.manage": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a database administrator or an administrator may do this.",
    },
  },
  "readiness.read": { roles: EVERYBODY },
  "readiness.look": { roles: STAFF },
  "readiness.write": { roles: STAFF },
  "secrets.read": { roles: EVERYBODY },
  "secrets.rotate": {
    roles: ["dba", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a database administrator or an administrator may do this.",
    },
  },
  "templates.read": { roles: EVERYBODY },
  "templates.edit": { roles: ["admin"] },
  "checklists.start": { roles: NAMED },
  "monitors.read": { roles: EVERYBODY },
  "monitors.pause": {
    roles: ["manager", "admin"],
    conditional: {
      roles: STAFF,
      when: isOwner,
      because: "Only the service's owner, a manager or an administrator may pause its monitors.",
    },
  },
  "swarm.read": { roles: EVERYBODY },
  "tokens.manage": { roles: ["staff", "manager", "dba", "admin"] },
  "users.list": { roles: ["admin"] },
  "users.disable": { roles: ["admin"] },
  "users.viewAs": { roles: ["admin"] },
  "sessions.revokeOthers": { roles: ["admin"] },
  "audit.read": { roles: ["manager", "admin"] },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof POLICY;

/** Whether the actor may, and if not, why, in words for a page. */
export function may(
  actor: Actor,
  action: Action,
  subject: Subject = {},
): { ok: true } | { ok: false; because: string } {
  const rule: Rule = POLICY[action];
  if (actor.kind === "system")
    return rule.system ? { ok: true } : { ok: false, because: "The engine does not do this." };
  if (actor.roles.some((role) => rule.roles.includes(role))) return { ok: true };
  const conditional = rule.conditional;
  if (conditional && actor.roles.some((role) => conditional.roles.includes(role))) {
    return conditional.when(actor, subject) ? { ok: true } : { ok: false, because: conditional.because };
  }
  return { ok: false, because: "Your role does not include this." };
}

/** Whether the actor's roles could ever allow it, for some subject: the coarse check at the door, before anything is read. */
export function mayEver(actor: Actor, action: Action): boolean {
  const rule: Rule = POLICY[action];
  if (actor.kind === "system") return rule.system === true;
  const roles = [...rule.roles, ...(rule.conditional?.roles ?? [])];
  return actor.roles.some((role) => roles.includes(role));
}

/** Throws a 403 that says why. Every query and command begins with it. */
export function authorize(actor: Actor, action: Action, subject: Subject = {}): void {
  const answer = may(actor, action, subject);
  if (answer.ok) return;
  throw new AppError({
    code: "forbidden",
    message: answer.because,
    advice: "Ask an administrator if you need it.",
    status: 403,
  });
}
