import { ROLES, type Role } from "./types.ts";

/** The stored form: sorted, separated by commas. */
export const writeRoles = (roles: readonly Role[]): string => [...new Set(roles)].sort().join(",");

/** Unknown words in the column give no role. */
export function readRoles(stored: string): Role[] {
  const words = new Set(stored.split(","));
  return ROLES.filter((role) => words.has(role));
}
