import { z } from "zod";
import { DATABASE_SETTINGS } from "./database-settings.ts";
import { flag, hostname, list, optionalUrl, pattern, port, seconds, setting } from "./define-setting.ts";
import { REPOSITORY_SETTINGS } from "./repository-settings.ts";

/** `renewals` is a lane of its own: no number of new certificates makes one that is served expire. */
export const QUEUES = [
  "provisioning",
  "dns",
  "certificates",
  "renewals",
  "backups",
  "releases",
  "notifications",
] as const;
export type QueueName = (typeof QUEUES)[number];

/**
 * Every setting of the panel, declared once. `.env.example` and the table in docs/settings.md are generated from here,
 * and a wrong value stops the process at start with a sentence that names the variable.
 */
export const SETTINGS = {
  // The panel itself
  APP_URL: setting(
    z.url({ protocol: /^https?$/ }).default("http://localhost:8080"),
    "Panel",
    "Address people open in the browser; the SAML audience and all links in mail begin with it.",
  ),
  PORT: setting(port(8080), "Panel", "Port of the web process."),
  LOG_LEVEL: setting(
    z.enum(["fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
    "Panel",
    "How much the processes log (JSON lines on standard output).",
  ),
  NODE_ENV: setting(
    z.enum(["production", "development", "test"]).default("production"),
    "Panel",
    "Set by the image; `development` allows plain-HTTP cookies.",
  ),
  ...DATABASE_SETTINGS,
  REDIS_URL: setting(
    z
      .string()
      .regex(/^rediss?:\/\//, "must begin with redis://")
      .default("redis://redis:6379"),
    "Panel",
    "Redis for the worker queues; it must not evict keys (maxmemory-policy noeviction).",
  ),
  REDIS_PREFIX: setting(
    z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default("seaworthy"),
    "Panel",
    "Prefix of every key in Redis, so that panels can share one.",
  ),
  SESSION_SECRET: setting(
    z.string().min(32, "must have at least 32 characters"),
    "Panel",
    "Long random string that keys the browser binding of sign-ins.",
    { secret: true, example: "openssl rand -base64 48" },
  ),
  ENCRYPTION_KEYS: setting(
    z
      .string()
      .regex(
        /^[a-z0-9]{1,20}:[A-Za-z0-9+/]{43}=(,[a-z0-9]{1,20}:[A-Za-z0-9+/]{43}=)*$/,
        "must be id:base64-of-32-bytes, several separated by commas, the first encrypts",
      ),
    "Panel",
    "Keys for stored secrets; the first encrypts, all decrypt, so keys can rotate.",
    { secret: true, example: "k1:$(openssl rand -base64 32)" },
  ),
  WORKER_QUEUES: setting(
    list.pipe(z.array(z.enum(QUEUES))).transform((queues) => (queues.length > 0 ? queues : [...QUEUES])),
    "Panel",
    "Queues this worker serves; empty means all.",
  ),
  WORKER_CONCURRENCY: setting(
    z.coerce.number().int().min(1).max(200).default(8),
    "Panel",
    "Steps one worker runs at a time in each queue.",
  ),
  SESSION_HOURS: setting(
    z.coerce.number().int().min(1).max(720).default(12),
    "Panel",
    "Hours until people sign in again.",
  ),
  TRUSTED_PROXIES: setting(
    z.coerce.number().int().min(0).max(5).default(0),
    "Panel",
    "Reverse proxies in front; that many last entries of X-Forwarded-For are believed.",
  ),
  SECRETS_OVERRIDE: setting(flag, "Panel", "Read secrets from the environment instead of /run/secrets (development)."),
  DANGER_DATABASE_WIPE_REINITIALIZE: setting(
    z.string().default(""),
    "Panel",
    "Empties MySQL and Redis at start. `1` in development; in production only the database's own name is accepted.",
  ),
  EXPIRATION_REPEAT_FREQUENCY_S: setting(
    seconds(3600),
    "Panel",
    "Seconds between sweeps for what has expired (sessions, sign-in requests).",
  ),
  JOB_REMOVAL_FREQUENCY_S: setting(
    seconds(300),
    "Panel",
    "Seconds until finished queue entries and outbox rows are removed; runs and their logs stay.",
  ),

  // Sign-in
  SAML_IDP_METADATA_PATH: setting(
    z.string().default("config/idp-metadata.xml"),
    "Sign-in",
    "File with the identity provider's metadata XML; read again when it changes.",
  ),
  SAML_GROUPS_ATTRIBUTE: setting(
    z.string().default("groups"),
    "Sign-in",
    "Attribute of the assertion that lists a person's groups.",
  ),
  SAML_ROLE_VIEWER: setting(
    pattern("^seaworthy-viewers$"),
    "Sign-in",
    "Pattern of the groups whose members are viewers.",
  ),
  SAML_ROLE_STAFF: setting(pattern("^seaworthy-staff$"), "Sign-in", "Pattern of the groups whose members are staff."),
  SAML_ROLE_MANAGER: setting(
    pattern("^seaworthy-managers$"),
    "Sign-in",
    "Pattern of the groups whose members are managers.",
  ),
  SAML_ROLE_DBA: setting(
    pattern("^seaworthy-dbas$"),
    "Sign-in",
    "Pattern of the groups whose members are database administrators.",
  ),
  SAML_ROLE_ADMIN: setting(
    pattern("^seaworthy-admins$"),
    "Sign-in",
    "Pattern of the groups whose members are administrators.",
  ),

  // Swarm
  DOCKER_HOST: setting(
    z
      .string()
      .regex(/^(unix|tcp):\/\//, "must begin with unix:// or tcp://")
      .default("unix:///var/run/docker.sock"),
    "Swarm",
    "Docker Engine of a swarm manager. Only workers use it.",
  ),
  SERVICES_ROOT: setting(
    z.string().startsWith("/").default("/srv"),
    "Swarm",
    "Folder under which each service gets its own; shared by the nodes that may run it.",
  ),
  SWARM_PUBLISH_MODE: setting(
    z.enum(["ingress", "host"]).default("ingress"),
    "Swarm",
    "How ports are published: through the routing mesh, or on the node itself.",
  ),
  SWARM_ENDPOINT_MODE: setting(
    z.enum(["vip", "dnsrr"]).default("vip"),
    "Swarm",
    "How services find each other on a network; dnsrr where the kernel has no IPVS.",
  ),
  SWARM_CONVERGE_TIMEOUT_S: setting(
    seconds(300),
    "Swarm",
    "Seconds a stack may take to converge before the step fails.",
  ),
  PUBLISHED_PORT_MIN: setting(port(20000), "Swarm", "First port the panel gives to services by itself."),
  PUBLISHED_PORT_MAX: setting(port(29999), "Swarm", "Last port the panel gives to services by itself."),
  DATABASE_IMAGE_MARIADB: setting(z.string().default("mariadb:11.4"), "Swarm", "Image for a service's own MariaDB."),
  DATABASE_IMAGE_MYSQL: setting(z.string().default("mysql:8.4"), "Swarm", "Image for a service's own MySQL."),
  DATABASE_IMAGE_POSTGRES: setting(z.string().default("postgres:17"), "Swarm", "Image for a service's own PostgreSQL."),

  // DNS
  ROOT_DOMAIN: setting(hostname, "DNS", "Domain under which every service gets its names.", { example: "example.org" }),
  AWS_ROUTE53_HOSTED_ZONE_ID: setting(
    z.string().regex(/^[A-Z0-9]{1,32}$/, "is an id such as Z23ABC4XYZL05B"),
    "DNS",
    "Hosted zone of ROOT_DOMAIN in Amazon Route 53.",
    { example: "Z23ABC4XYZL05B" },
  ),
  AWS_ACCESS_KEY_ID: setting(z.string().min(1), "DNS", "AWS access key for Route 53.", { secret: true }),
  AWS_SECRET_ACCESS_KEY: setting(z.string().min(1), "DNS", "Its secret.", { secret: true }),
  AWS_REGION: setting(z.string().default("us-east-1"), "DNS", "Region that signs Route 53 requests."),
  AWS_ENDPOINT_URL_ROUTE_53: setting(
    z.string().default(""),
    "DNS",
    "Another Route 53 endpoint; empty means Amazon's own.",
  ),
  DNS_AUTHORITATIVE_SERVERS: setting(
    list,
    "DNS",
    "Ask these name servers (host:port) instead of those the zone names.",
  ),
  AWS_ROUTE53_EXTRA_HOSTED_ZONE_IDS: setting(
    list,
    "DNS",
    "More hosted zones the panel looks after, by id; ROOT_DOMAIN's own is always one.",
  ),
  DNS_FULL_PASS_S: setting(seconds(900), "DNS", "Seconds between comparisons of each whole zone with the database."),
  DNS_PROPAGATION_RESOLVERS: setting(
    z
      .string()
      .default("1.1.1.1,8.8.8.8,9.9.9.9")
      .transform((value) => value.split(/[\s,]+/).filter(Boolean)),
    "DNS",
    "Resolvers (host or host:port) that a record's page asks how far a change has spread.",
  ),
  DNS_RECORDS_PER_USER: setting(
    z.coerce.number().int().min(0).default(10),
    "DNS",
    "Personal records one person may have; 0 means any number.",
  ),
  DNS_RECORDS_PER_SERVICE: setting(
    z.coerce.number().int().min(0).default(50),
    "DNS",
    "Records one service may have; 0 means any number.",
  ),
  DNS_PERSONAL_LIFETIME_DAYS: setting(
    z.coerce.number().int().min(1).default(182),
    "DNS",
    "Days after which a personal record expires unless it is renewed.",
  ),
  DNS_GRACE_DAYS: setting(
    z.coerce.number().int().min(0).default(30),
    "DNS",
    "Days during which a removed record can be restored and its name stays its owner's.",
  ),
  INGRESS_IPV4: setting(z.ipv4(), "DNS", "Address that the records of public services point at.", {
    example: "203.0.113.10",
  }),

  // Certificates
  LETS_ENCRYPT_ACCOUNT_EMAIL: setting(z.email(), "Certificates", "Contact of the panel's one Let's Encrypt account.", {
    example: "ops@example.org",
  }),
  LETS_ENCRYPT_ACCOUNT_PRIVATE_KEY_PEM: setting(
    z.string().default(""),
    "Certificates",
    "Account key (PEM). Empty: the panel makes one and keeps it encrypted.",
    { secret: true },
  ),
  LETS_ENCRYPT_DIRECTORY_URL: setting(
    z.url().default("https://acme-v02.api.letsencrypt.org/directory"),
    "Certificates",
    "ACME directory.",
  ),
  LETS_ENCRYPT_CA_FILE: setting(
    z.string().default(""),
    "Certificates",
    "PEM file that vouches for the directory's own HTTPS, when it is not public (Pebble).",
  ),

  LETS_ENCRYPT_EAB_KEY_ID: setting(
    z.string().default(""),
    "Certificates",
    "Key id of external account binding, for authorities that ask for it (ZeroSSL, Google).",
  ),
  LETS_ENCRYPT_EAB_HMAC_KEY: setting(z.string().default(""), "Certificates", "Its HMAC key, base64url.", {
    secret: true,
  }),
  LETS_ENCRYPT_WEEKLY_CERTIFICATES: setting(
    z.coerce.number().int().min(1).default(50),
    "Certificates",
    "New certificates the authority allows per domain and week; counted before it is asked.",
  ),
  CERTIFICATES_PER_USER: setting(
    z.coerce.number().int().min(0).default(10),
    "Certificates",
    "Certificates one person may have for names of their own; 0 means any number.",
  ),
  TICKS_EVERY_S: setting(
    seconds(900),
    "Checklists",
    "Seconds between looks at whether what a live service's checklist says is still so.",
  ),
  TICKS_CONCURRENCY: setting(
    z.coerce.number().int().min(1).max(100).default(4),
    "Checklists",
    "Questions about ticks that one worker asks at once.",
  ),
  TICKS_MAIL_EVERY_S: setting(
    seconds(300),
    "Checklists",
    "Spans of this many seconds bring an owner at most one mail about ticks; what else changes comes in the next.",
  ),
  CERTIFICATE_PROBE_S: setting(
    seconds(300),
    "Certificates",
    "Seconds between looks at what every host name with a certificate really serves.",
  ),
  CERTIFICATE_PROBE_PORT: setting(port(443), "Certificates", "Port that is looked at."),
  CERTIFICATE_ROOTS_FILE: setting(
    z.string().default(""),
    "Certificates",
    "PEM file of roots that count as trusted when a host name is looked at, besides the system's (a private authority, Pebble).",
  ),

  // Ingress
  INGRESS_KIND: setting(
    z.enum(["none", "caddy", "traefik"]).default("none"),
    "Ingress",
    "Reverse proxy that routes and certificates are brought to.",
  ),
  INGRESS_UPSTREAM_HOST: setting(
    z.string().default(""),
    "Ingress",
    "Where the reverse proxy reaches published ports; empty means INGRESS_IPV4.",
  ),
  CLOUDFLARE_API_TOKEN: setting(
    z.string().default(""),
    "Ingress",
    "Token that may read zones and purge their caches at Cloudflare; empty: nothing is purged when a service moves.",
    { secret: true },
  ),
  CLOUDFLARE_API_URL: setting(z.url().default("https://api.cloudflare.com/client/v4"), "Ingress", "Cloudflare's API."),
  CADDY_ADMIN_URL: setting(
    z
      .string()
      .regex(/^(https?:\/\/[^/]+|unix:\/\/)\/?/, "must begin with http://, https:// or unix:///")
      .default("http://127.0.0.1:2019"),
    "Ingress",
    "Caddy's admin API, reachable by workers only: its address, or `unix:///path` of its socket.",
  ),
  TRAEFIK_DYNAMIC_DIR: setting(
    z.string().default(""),
    "Ingress",
    "Folder that Traefik's file provider watches; the panel writes its routes and certificates there.",
  ),
  TRAEFIK_ACME_JSON: setting(
    z.string().default(""),
    "Ingress",
    "Traefik's own acme.json, from which a retired service's entry is removed; empty: Traefik has none.",
  ),

  // Backups
  BACKUPS_ROOT: setting(
    z.string().startsWith("/").default("/var/backups/seaworthy"),
    "Backups",
    "Folder that holds backups on the worker's disk.",
  ),
  BACKUP_HELPER_IMAGE: setting(
    z.string().default(""),
    "Backups",
    "Image with tar, zstd, gzip, lrzip and sha256sum, in which folders and volumes are packed and proven; the panel's own image has them.",
    { example: "registry.example.org/seaworthy:1.0" },
  ),
  BACKUP_AGE_IDENTITY: setting(
    z.string().default(""),
    "Backups",
    "age identity that opens encrypted backups, so that the panel can prove and restore them; empty: it cannot, and need not.",
    { secret: true },
  ),
  BACKUP_SCRATCH_MEMORY_MB: setting(
    z.coerce.number().int().min(128).default(1024),
    "Backups",
    "Memory of a throw-away database that proves a backup, MB.",
  ),
  BACKUP_SCRATCH_CPUS: setting(
    z.coerce.number().min(0.1).max(64).default(1),
    "Backups",
    "Processors of a throw-away database that proves a backup.",
  ),
  BACKUP_PARALLEL: setting(
    z.coerce.number().int().min(0).max(64).default(0),
    "Backups",
    "How many backups a worker takes at the same time, the others wait their turn; 0: half as many as it has processors.",
  ),
  BACKUP_PROOFS_PARALLEL: setting(
    z.coerce.number().int().min(0).max(64).default(0),
    "Backups",
    "How many backups a worker restores at once to prove them; 0: half as many as it has processors, as far as their throw-away databases fit into a quarter of the machine's memory.",
  ),
  BACKUP_LEAVE_IDLE_PERCENT: setting(
    z.coerce.number().int().min(0).max(90).default(40),
    "Backups",
    "While somebody uses the panel, backups and their proofs go slower until so much of the worker's processors is idle, percent; 0: never.",
  ),
  BACKUP_STALL_S: setting(
    seconds(900),
    "Backups",
    "How long nothing may come from a dump, or be taken by a target, before the backup is given up, seconds.",
  ),
  BORGMATIC_CONFIG: setting(
    z.string().default(""),
    "Backups",
    "borgmatic's configuration file, from which a retired service's entries are removed; empty: there is none.",
  ),

  ...REPOSITORY_SETTINGS,

  // Bitwarden Secrets Manager
  BITWARDEN_API_URL: setting(
    z.url({ protocol: /^https?$/ }).default("https://api.bitwarden.com"),
    "Bitwarden Secrets Manager",
    "Its API; of a server of your own, `https://…/api`.",
  ),
  BITWARDEN_IDENTITY_URL: setting(
    z.url({ protocol: /^https?$/ }).default("https://identity.bitwarden.com"),
    "Bitwarden Secrets Manager",
    "Where its machine accounts sign in; of a server of your own, `https://…/identity`.",
  ),
  BITWARDEN_ACCESS_TOKEN: setting(
    z.string().default(""),
    "Bitwarden Secrets Manager",
    "Access token of a machine account that may read and write the project; empty: services' secrets are kept by the panel and the swarm only.",
    { secret: true },
  ),
  BITWARDEN_ORGANIZATION_ID: setting(
    z.string().default(""),
    "Bitwarden Secrets Manager",
    "Id of the organization the secrets belong to.",
  ),
  BITWARDEN_PROJECT_ID: setting(
    z.string().default(""),
    "Bitwarden Secrets Manager",
    "Id of the project services' secrets are put into.",
  ),

  // Mail
  SMTP_HOST: setting(z.string().default("smtp.office365.com"), "Mail", "Mail server."),
  SMTP_PORT: setting(port(587), "Mail", "Its port."),
  NOTIFICATIONS_EMAIL_USER: setting(z.email(), "Mail", "Address that notices come from.", {
    example: "seaworthy@example.org",
  }),
  NOTIFICATIONS_USERNAME: setting(z.string().default(""), "Mail", "SMTP user; empty: no sign-in.", { secret: true }),
  NOTIFICATIONS_PASSWORD: setting(z.string().default(""), "Mail", "SMTP password.", { secret: true }),

  // Channels
  NOTIFICATIONS_WEBHOOK_URL: setting(
    optionalUrl,
    "Channels",
    "Address that is sent every turn of a release as JSON (POST); empty: none.",
    { secret: true, example: "https://chat.example.org/hooks/releases" },
  ),
  NOTIFICATIONS_WEBHOOK_SECRET: setting(
    z.string().default(""),
    "Channels",
    "Keys the HMAC-SHA256 of the body in X-Seaworthy-Signature-256; empty: unsigned.",
    { secret: true },
  ),
  NOTIFICATIONS_NTFY_URL: setting(
    optionalUrl.refine((url) => url === "" || new URL(url).pathname.length > 1, "must end with a topic"),
    "Channels",
    "Topic of an ntfy server that is told every turn of a release; empty: none.",
    { secret: true, example: "https://ntfy.sh/our-releases" },
  ),
  NOTIFICATIONS_NTFY_TOKEN: setting(z.string().default(""), "Channels", "Access token of that topic; empty: none.", {
    secret: true,
  }),

  // Watching
  UPTIME_KUMA_URL: setting(
    optionalUrl,
    "Watching",
    "Uptime Kuma that services are added to and that is kept quiet while they are worked on; empty: none.",
    { example: "https://kuma.example.org" },
  ),
  UPTIME_KUMA_USERNAME: setting(
    z.string().default(""),
    "Watching",
    "The panel's account there, without a second factor.",
  ),
  UPTIME_KUMA_PASSWORD: setting(z.string().default(""), "Watching", "Its password.", { secret: true }),
  UPTIME_KUMA_TOKEN: setting(
    z.string().default(""),
    "Watching",
    "Token of a session that was signed in with a second factor; the password is used when it is empty or no longer taken.",
    { secret: true },
  ),
  HEALTHCHECKS_API_URL: setting(
    optionalUrl,
    "Watching",
    "Healthchecks whose checks the panel's own probes ping; empty: none.",
    { example: "https://healthchecks.io" },
  ),
  HEALTHCHECKS_API_KEY: setting(z.string().default(""), "Watching", "Key of a project there that may read and write.", {
    secret: true,
  }),
  WATCHING_PROBE_S: setting(
    z.coerce.number().int().min(20).max(3_600).default(60),
    "Watching",
    "Seconds between two looks at a service's page, by the panel and by the monitors it adds.",
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Config = { readonly [K in SettingName]: z.output<(typeof SETTINGS)[K]["schema"]> };
