import { may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";

/** Whether this person has the role that a manual step asks for; managers stand in for staff, administrators for everybody. */
export function mayConfirm(actor: Actor, role: string | null): boolean {
  if (!may(actor, "runs.confirmStep").ok) return false;
  const roles = actor.kind === "user" ? actor.roles : [];
  return !role || roles.some((own) => own === role || own === "admin" || (role === "staff" && own === "manager"));
}
