import { z } from "zod";

const use = z.object({
  /** app | database | backups | panel | swarm | bitwarden */
  kind: z.enum(["app", "database", "backups", "store"]),
  /** "pad-notes-production_app: /run/secrets/db_pass". */
  words: z.string(),
  href: z.string().nullable(),
});

export const secretRow = z.object({
  /** "services.pad-notes.db_pass". */
  name: z.string(),
  environment: z.string(),
  /** "db_pass". */
  fileName: z.string(),
  version: z.number(),
  createdAt: z.string(),
  /** Versions before it that are still kept: a rotation is at work, or stopped half-way. */
  olderVersions: z.array(z.number()),
  /** What stays in the swarm of versions that open nothing any more. */
  leftovers: z.array(z.string()),
  uses: z.array(use),
  /** Which account of the service's own database has it for its password. */
  account: z.enum(["app", "root"]).nullable(),
  /** The rotation that is at work on it, or that stopped half-way. */
  run: z.object({ id: z.number(), state: z.string() }).nullable(),
});

export const serviceSecrets = z.object({
  secrets: z.array(secretRow),
  engine: z.enum(["none", "mariadb", "mysql", "postgresql"]),
  mayRotate: z.boolean(),
  /** Bitwarden Secrets Manager is set up. */
  bitwarden: z.boolean(),
});

const VALUE_MAX = 20_000;

export const rotateSchema = z.strictObject({
  environment: z.string().min(1).max(20),
  /** The file the app finds it in: "db_pass". */
  secret: z.string().min(1).max(64),
  /** Left out: the panel makes one up. */
  value: z.string().min(1, "Enter the new value.").max(VALUE_MAX, "Use 20,000 characters at most.").optional(),
  /** The app does not read DATABASE_USER: change the password in place. */
  inPlace: z.boolean().default(false),
  /** Restart the database too, so that its container no longer has the old value's file. */
  restartDatabase: z.boolean().default(true),
});
export type RotateInput = z.output<typeof rotateSchema>;

export const rotatedSecret = z.object({ runId: z.number(), version: z.number() });
