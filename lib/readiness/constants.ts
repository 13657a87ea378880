/** What a ServiceDocument is about. `survey`: one row an environment, what the last look came to. */
const DOCUMENT_KINDS = ["package", "file", "command", "port", "dependency", "survey"] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What people write down themselves. */
export const WRITTEN_KINDS = ["package", "file", "command", "dependency"] as const;
export type WrittenKind = (typeof WRITTEN_KINDS)[number];

/** Managers of a language's own packages, with how Debian names what they install and what Repology calls it. */
export const MANAGERS = {
  pip: { language: "Python", debian: "python3-", repology: "python:" },
  npm: { language: "JavaScript", debian: "node-", repology: "node:" },
  gem: { language: "Ruby", debian: "ruby-", repology: "ruby:" },
  pecl: { language: "PHP", debian: "php-", repology: "php:" },
} as const;
export type Manager = keyof typeof MANAGERS;

/** Port a service's own database listens on. */
export const DATABASE_PORTS = { mariadb: 3306, mysql: 3306, postgresql: 5432 } as const;

/** From here on the kernel gives numbers away by itself: an unbound UDP socket there is a question that was asked, not a server. */
export const EPHEMERAL_FROM = 32_768;
