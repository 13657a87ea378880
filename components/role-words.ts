import type { Role } from "#lib/access/types.ts";

/** Roles as people read them. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: "viewer",
  staff: "staff",
  manager: "manager",
  dba: "database administrator",
  admin: "administrator",
};
