/**
 * The structure of the source tree as one table. `check.ts` applies it; nothing about single files is written anywhere else.
 */

/** A part of the tree. The first whose pattern fits a path is that file's part. */
export interface Zone {
  name: string;
  pattern: RegExp;
  /** Parts it may import while running. Type-only imports are free, except where `typesToo` says otherwise. */
  mayImport: readonly string[];
  typesToo?: true;
}

const FOUNDATION = ["platform"];
const BASE = [...FOUNDATION, "audit", "access", "secrets"];
const DOMAIN = [...BASE, "integrations", "interfaces", "steps", "runs", "checklists", "domain"];

export const ZONES: readonly Zone[] = [
  { name: "test", pattern: /\.test\.tsx?$|(^|\/)testing(\/|\.ts$)|^e2e\/|^bench\//, mayImport: ["*"] },
  { name: "documents", pattern: /^docs\//, mayImport: [] },
  { name: "platform", pattern: /^lib\/platform\//, mayImport: [] },
  // What several outside systems are the same in: where objects lie, what runs programs.
  {
    name: "interfaces",
    pattern: /^lib\/integrations\/(object-store|programs?)\//,
    mayImport: FOUNDATION,
    typesToo: true,
  },
  { name: "integrations", pattern: /^lib\/integrations\//, mayImport: [...FOUNDATION, "interfaces"], typesToo: true },
  { name: "audit", pattern: /^lib\/audit\//, mayImport: [...FOUNDATION, "access"] },
  { name: "access", pattern: /^lib\/access\//, mayImport: [...FOUNDATION, "audit", "integrations"] },
  { name: "secrets", pattern: /^lib\/secrets\//, mayImport: [...FOUNDATION, "audit", "access"] },
  { name: "steps", pattern: /^lib\/steps\//, mayImport: FOUNDATION, typesToo: true },
  { name: "runs", pattern: /^lib\/runs\//, mayImport: [...BASE, "steps"] },
  { name: "api", pattern: /^lib\/api\//, mayImport: BASE },
  { name: "checklists", pattern: /^lib\/checklists\//, mayImport: DOMAIN },
  { name: "domain", pattern: /^lib\/[^/]+\//, mayImport: DOMAIN },
  { name: "components", pattern: /^components\//, mayImport: ["shared"] },
  {
    name: "app",
    pattern: /^app\//,
    mayImport: [...BASE, "runs", "api", "checklists", "domain", "components", "documents"],
  },
  { name: "workers", pattern: /^workers\//, mayImport: [...DOMAIN, "prisma"] },
  { name: "prisma", pattern: /^prisma\//, mayImport: [...FOUNDATION, "checklists"] },
  { name: "local", pattern: /^(local|docker)\//, mayImport: ["*"] },
  { name: "structure", pattern: /^structure\//, mayImport: FOUNDATION },
  { name: "settings of tools", pattern: /^[^/]+\.(ts|js|mjs)$/, mayImport: ["*"] },
];

/** Files of lib/ that the browser may have too: no database, no Node, no secrets. */
export const SHARED = [
  /^lib\/[^/]+\/(schema|types|constants|format|naming)(\.ts$|\/)/,
  /^lib\/platform\/format\.ts$/,
  /^lib\/platform\/errors\.ts$/,
];

/** What a file with "use client" must never reach, through any number of imports. */
export const SERVER_ONLY = [
  /^lib\/platform\/(?!format\.ts|errors\.ts)/,
  /^lib\/integrations\//,
  /^lib\/api\//,
  /^lib\/[^/]+\/(queries|commands|steps|store)(\.ts$|\/)/,
  /^(workers|prisma|local|structure)\//,
  /^app\/actor\.ts$/,
];
export const SERVER_PACKAGES =
  /^(node:|server-only$|@prisma\/|mariadb$|ioredis$|bullmq$|dockerode$|pino$|@aws-sdk\/|next\/headers$)/;

/** Packages that only some places know. */
export const PACKAGE_RULES: readonly { packages: RegExp; allowed: RegExp; because: string }[] = [
  {
    packages: /^(@prisma\/|mariadb$)/,
    allowed: /^(lib\/platform\/db|prisma|local)\/|^prisma\.config/,
    because: "Only lib/platform/db knows how the database is reached.",
  },
  {
    packages: /^dockerode$/,
    allowed: /^(lib\/integrations\/docker|local)\//,
    because: "Only lib/integrations/docker knows Docker's client.",
  },
  {
    packages: /^@aws-sdk\/(client-s3|lib-storage)$/,
    allowed: /^(lib\/integrations\/s3|local)\//,
    because: "Only lib/integrations/s3 knows S3's client.",
  },
  {
    packages: /^@aws-sdk\/(?!client-s3$|lib-storage$)/,
    allowed: /^(lib\/integrations\/route53|local)\//,
    because: "Only lib/integrations/route53 knows Route 53's client.",
  },
  {
    packages: /^ssh2$/,
    allowed: /^(lib\/integrations\/ssh|local)\//,
    because: "Only lib/integrations/ssh knows the SSH client.",
  },
  {
    packages: /^age-encryption$/,
    allowed: /^(lib\/integrations\/age|local)\//,
    because: "Only lib/integrations/age encrypts objects.",
  },
  {
    packages: /^(acme-client|@peculiar\/x509)$/,
    allowed: /^(lib\/integrations\/acme|local)\//,
    because: "Only lib/integrations/acme knows the ACME client.",
  },
  {
    packages: /^(pkijs|asn1js)$/,
    allowed: /^(lib\/integrations\/acme|local)\//,
    because: "Only lib/integrations/acme reads and writes certificates' own formats.",
  },
  {
    packages: /^socket\.io(-client)?$/,
    allowed: /^(lib\/integrations\/uptime-kuma|local)\//,
    because: "Only lib/integrations/uptime-kuma speaks with Uptime Kuma.",
  },
  {
    packages: /^@bitwarden\//,
    allowed: /^(lib\/integrations\/bitwarden|local)\//,
    because: "Only lib/integrations/bitwarden knows Bitwarden's SDK.",
  },
  {
    packages: /^nodemailer$/,
    allowed: /^(lib\/integrations\/smtp|local)\//,
    because: "Only lib/integrations/smtp knows the mail client.",
  },
  {
    packages: /^@node-saml\//,
    allowed: /^lib\/integrations\/saml\//,
    because: "Only lib/integrations/saml knows the SAML library.",
  },
  {
    packages: /^(dns-packet|node:dns)$/,
    allowed: /^(lib\/integrations\/dns|local)\//,
    because: "Only lib/integrations/dns asks name servers.",
  },
  { packages: /^bullmq$/, allowed: /^(lib\/runs|workers)\//, because: "Queues are the engine's." },
  {
    packages: /^ioredis$/,
    allowed: /^(lib\/platform\/redis\.ts|local\/)/,
    because: "Only lib/platform/redis.ts opens connections to Redis.",
  },
  {
    packages: /^node:child_process$/,
    allowed: /^(lib\/integrations\/programs|local|docker|e2e|structure)\//,
    because: "Only lib/integrations/programs starts programs, by argv.",
  },
  {
    packages: /^(react|react-dom|next|radix-ui|lucide-react)$/,
    allowed: /^(app|components)\/|^(proxy|middleware|instrumentation)\.ts$/,
    because: "Only pages and components draw.",
  },
];

/** Who may use Prisma's client while running; everybody may name its types. */
export const DATABASE_FILES = /^lib\/platform\/db\/(client|transaction|sql)\.ts$/;
export const MAY_USE_DATABASE =
  /^lib\/(platform\/db|runs|audit)\/|^lib\/[^/]+\/(queries|commands|steps)(\.ts$|\/)|^lib\/dns\/sync\/[a-z-]*rows\.ts$|^lib\/services\/on-run-finished\.ts$|^(prisma|workers|local)\//;

/** Who may read process.env. */
export const MAY_READ_ENV =
  /^lib\/platform\/config\/|^(local|docker|e2e|bench)\/|^[^/]+\.config\.(ts|mjs|js)$|^instrumentation\.ts$|\.test\.tsx?$|(^|\/)testing(\/|\.ts$)/;

/** Names of files and folders right below lib/<domain>, so that a reader guesses right the first time. */
export const DOMAIN_NAMES = [
  "schema",
  "types",
  "constants",
  "format",
  "policy",
  "queries",
  "commands",
  "steps",
  "testing",
];
/** Folders below lib that are machinery, not domains: their files are named by what they do. */
export const MACHINERY = ["platform", "integrations", "steps", "runs", "api", "checklists"];
/** Words of a domain's own besides those; a new one is added here on purpose or not at all. */
export const EXTRA_NAMES: Readonly<Record<string, readonly string[]>> = {
  access: ["identity-attributes", "return-to", "role-patterns", "roles", "username"],
  audit: ["chain", "record", "seal", "verify-chain"],
  backups: ["dump", "engines", "prove", "restore", "retention", "schedule", "sources", "targets"],
  certificates: ["probe"],
  "data-changes": ["approval", "execute", "statements"],
  databases: ["accounts", "open-database"],
  decommission: ["find-labelled", "guard-archive", "pack-folder"],
  dns: ["check-record", "names", "namespaces", "record-values", "sync", "zone-file"],
  hooks: ["run-hooks"],
  impact: ["derive-edges", "reach"],
  ingress: ["to-route"],
  moves: ["copy"],
  notifications: ["templates"],
  templates: ["markdown"],
  releases: ["approval", "calendar", "compare", "evidence", "rollout", "sql-lint", "webhooks"],
  readiness: ["survey"],
  "secret-stores": ["rotation", "stores"],
  repository: ["publish", "render"],
  services: ["naming", "on-run-finished"],
  swarm: [
    ...[
      "assess",
      "compare-spec",
      "converge",
      "ensure",
      "examine-container",
      "find-left",
      "health-check",
      "names",
      "observation",
    ],
    ...["observe", "plan-stack", "redact", "remove-stack", "safety", "stack-spec"],
  ],
  ticks: ["ask"],
  watching: ["maintenance", "probe", "systems"],
};

export const BANNED_NAMES = /(^|\/)(helpers?|utils?|misc|common|index|shared)(\.[a-z.]+$|\/)/;
/** Hard limit; 300 is where a file should become a folder. */
export const LINES_MAX = 500;
export const LINES_AIM = 300;

/** Rules that a file may break, each with its reason. One that is not needed any more is an error too. */
export const EXCEPTIONS: readonly { rule: string; path: string; because: string }[] = [
  {
    rule: "direction",
    path: "lib/api/saml-endpoints.ts",
    because: "The ends of a sign-in speak SAML themselves; what follows from it is lib/access's.",
  },
  {
    rule: "database",
    path: "lib/api/handle-request.ts",
    because: "A refused request is audited at the door, before any domain is asked.",
  },
];
