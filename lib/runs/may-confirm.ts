import { may } from "#lib/access/policy.ts";
import type { Actor, Role } from "#lib/access/types.ts";
import { AppError } from "#lib/platform/errors.ts";

interface Confirmable {
  role: string | null;
  /** The one person whose word it is. */
  confirmById: string | null;
}

/** Roles whose items this person's word ends; managers stand in for staff, administrators for everybody. */
export function confirmableRoles(actor: Actor): Role[] {
  if (actor.kind !== "user" || !may(actor, "runs.confirmStep").ok) return [];
  if (actor.roles.includes("admin")) return ["staff", "manager", "dba", "admin"];
  return actor.roles.includes("manager") ? [...actor.roles, "staff"] : [...actor.roles];
}

/** Whether this person's word ends a manual step: the one it names and nobody else but an administrator, else who has its role. */
export function mayConfirm(actor: Actor, { role, confirmById }: Confirmable): boolean {
  if (!may(actor, "runs.confirmStep").ok) return false;
  if (actor.kind !== "user") return !role && !confirmById;
  if (confirmById) return actor.id === confirmById || actor.roles.includes("admin");
  return !role || confirmableRoles(actor).some((own) => own === role);
}

/** One person's word is given by that person at the panel, not by a program that holds a token of theirs. */
export function assertOwnWord(actor: Actor, { confirmById }: Pick<Confirmable, "confirmById">): void {
  if (!confirmById || (actor.kind === "user" && actor.via === "session")) return;
  throw new AppError({
    code: "items.needs_person",
    message: "This step is one person's word, which no API token gives.",
    advice: "Sign in and do it there.",
    status: 403,
  });
}

export function assertMayConfirm(actor: Actor, step: Confirmable): void {
  if (mayConfirm(actor, step)) return;
  throw new AppError({
    code: "forbidden",
    message: step.confirmById ? "This step is one person's word." : `This step is for the role ${step.role}.`,
    advice: step.confirmById ? "Ask them, or an administrator in their place." : "Ask somebody who has it.",
    status: 403,
  });
}
