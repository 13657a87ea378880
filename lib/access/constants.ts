import type { Role } from "./types.ts";

/** Labels that mean something else under the root domain or to the software around: no service and no person is called so. */
export const RESERVED_LABELS = [
  "admin",
  "api",
  "default",
  "direct",
  "docker",
  "ingress",
  "localhost",
  "mail",
  "ns1",
  "ns2",
  "root",
  "seaworthy",
  "smtp",
  "swarm",
  "system",
  "traefik",
  "www",
] as const;

/** Roles as people read them. */
export const ROLE_WORDS: Record<Role, string> = {
  viewer: "viewer",
  staff: "staff",
  manager: "manager",
  dba: "database administrator",
  admin: "administrator",
};
