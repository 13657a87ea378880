import { RESERVED_LABELS } from "#lib/access/constants.ts";

/** The wizard's pages, in order. */
export const GROUP_KEYS = [
  "identity",
  "placement",
  "signIn",
  "data",
  "secrets",
  "exposure",
  "watching",
  "notifications",
  "backups",
  "review",
] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

export const SERVICE_STATES = ["provisioning", "live", "failed", "decommissioning", "retired"] as const;
export type ServiceState = (typeof SERVICE_STATES)[number];

export const METHODS = ["swarm", "nixos"] as const;
export const NODE_RULES = ["any", "label", "hostname"] as const;
export const HEALTH_CHECKS = ["none", "http", "command"] as const;
export const PROTOCOLS = ["tcp", "udp"] as const;
export const PUBLISH_KINDS = ["automatic", "fixed", "internal"] as const;
export const SIGN_IN_KINDS = ["none", "saml", "oidc"] as const;
export const DATABASE_ENGINES = ["mariadb", "mysql", "postgresql"] as const;
export type DatabaseEngine = (typeof DATABASE_ENGINES)[number];
export const SECRET_SOURCES = ["generate", "stored"] as const;
export const AUDIENCES = ["internal", "public"] as const;
export const MONITORS = ["uptime-kuma", "healthchecks"] as const;
export const CHANNELS = ["none", "smtp", "ntfy"] as const;
export const BACKUP_SCHEDULES = ["hourly", "daily", "weekly", "none"] as const;

export const NAME_MIN = 3;
export const NAME_MAX = 40;
/** Docker refuses longer names of secrets. */
export const SWARM_SECRET_NAME_MAX = 64;
export const SECRET_VALUE_MAX_BYTES = 500 * 1024;
export const DRAFT_MAX_BYTES = 64 * 1024;
export const RECORD_TTL_S = 300;

/** Names that mean something else under the root domain or to the software around. */
export const RESERVED_NAMES = RESERVED_LABELS;

/** Secrets the panel makes itself when a service has a database. */
export const DATABASE_SECRETS = ["db_pass", "db_root_pass"] as const;

/** Management ports that belong behind a firewall: what listens there trusts whoever reaches it. */
export const GUARDED_PORTS: Readonly<Record<number, string>> = {
  2375: "Docker",
  2376: "Docker",
  3306: "MySQL and MariaDB",
  5432: "PostgreSQL",
  6379: "Redis",
  9200: "Elasticsearch",
  11211: "memcached",
  27017: "MongoDB",
  33060: "MySQL",
};

/** States that a provisioning run moves a service between; a live one it leaves alone. */
export const BY_PROVISIONING = ["provisioning", "failed"] as const satisfies readonly ServiceState[];
