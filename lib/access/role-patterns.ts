import type { Config } from "#lib/platform/config/settings.ts";
import { ROLES, type Role } from "./types.ts";

const SETTING = {
  viewer: "SAML_ROLE_VIEWER",
  staff: "SAML_ROLE_STAFF",
  manager: "SAML_ROLE_MANAGER",
  dba: "SAML_ROLE_DBA",
  admin: "SAML_ROLE_ADMIN",
} as const satisfies Record<Role, keyof Config>;

/** The roles of somebody in these groups. No group that matches, no role. */
export function resolveRoles(groups: readonly string[], settings: Pick<Config, (typeof SETTING)[Role]>): Role[] {
  return ROLES.filter((role) => {
    const pattern = settings[SETTING[role]];
    // An empty pattern would match everybody.
    return pattern !== "" && groups.some((group) => new RegExp(pattern).test(group));
  });
}
