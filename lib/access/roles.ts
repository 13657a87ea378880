import { ROLES, type Role, type UserActor } from "./types.ts";

/** The stored form: sorted, separated by commas. */
export const writeRoles = (roles: readonly Role[]): string => [...new Set(roles)].sort().join(",");

/** Unknown words in the column give no role. */
export function readRoles(stored: string): Role[] {
  const words = new Set(stored.split(","));
  return ROLES.filter((role) => words.has(role));
}

/** Of a person's row, what their rights are judged by. */
export interface Account {
  id: string;
  displayName: string;
  email: string;
  roles: string;
  disabledAt: Date | null;
}

/** As whom an account is judged while its person is away: by the roles it has now, and by none once it is disabled. */
export function actorOfAccount({ id, displayName, email, roles, disabledAt }: Account, requestId = ""): UserActor {
  const now = disabledAt ? [] : readRoles(roles);
  return { kind: "user", id, name: displayName, email, roles: now, via: "session", sessionId: "", requestId };
}
