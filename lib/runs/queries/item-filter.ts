import type { UserActor } from "#lib/access/types.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { confirmableRoles } from "../may-confirm.ts";

/** Items that wait for somebody: it is their turn, or what they were waived for is over. */
export const whereOpen = (now: Date): Prisma.StepWhereInput => ({
  name: "manual",
  OR: [
    { state: "needs_person", run: { mode: "apply", state: { in: ["pending", "running", "waiting"] } } },
    { state: "skipped", waivedById: { not: null }, dueBy: { lte: now } },
  ],
});

/** Those this person has taken or whose word it is, and those nobody has taken that their role can end. */
export function whereFor(actor: UserActor): Prisma.StepWhereInput {
  const roles = confirmableRoles(actor);
  const free = { claimedById: null, confirmById: null };
  return {
    OR: [
      { claimedById: actor.id },
      { confirmById: actor.id },
      { ...free, role: { in: roles } },
      ...(roles.length > 0 ? [{ ...free, role: null }] : []),
    ],
  };
}
