/** Through what one service needs another. */
export const DEPENDENCY_KINDS = ["service", "database", "sign-in", "mail", "secrets", "folder", "hostname"] as const;
export type DependencyKind = (typeof DEPENDENCY_KINDS)[number];

/** As people say it, after "needs its …". */
export const KIND_LABELS = {
  service: "Service",
  database: "Database",
  "sign-in": "Sign-in",
  mail: "Mail",
  secrets: "Secrets",
  folder: "Shared folder",
  hostname: "Host name",
} as const satisfies Record<DependencyKind, string>;
