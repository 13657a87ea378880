import { z } from "zod";

export const ENGINES = ["mariadb", "mysql", "postgresql"] as const;
export type Engine = (typeof ENGINES)[number];

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "must be lower-case letters, digits and _");
const secretName = z.string().min(1).max(190);

export const takeBackupInputSchema = z.object({
  stackName: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/),
  /** The database's service in the swarm. */
  swarmService: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,159}$/),
  engine: z.enum(ENGINES),
  databaseName: identifier,
  userName: identifier,
  /** Names in the panel's own table of secrets. */
  passwordSecret: secretName,
  rootPasswordSecret: secretName,
  /** Restore it into a throw-away database and compare, before it counts as good. */
  prove: z.boolean(),
});
export type TakeBackupInput = z.output<typeof takeBackupInputSchema>;

/** Rows of each table, counted when the dump's snapshot was taken; two numbers where only a range could be had. */
const countsSchema = z.record(z.string(), z.tuple([z.number(), z.number()]));
export type Counts = z.output<typeof countsSchema>;

/** Stands beside the file, written last: a file without one is not a backup. */
export const manifestSchema = z.object({
  version: z.literal(1),
  backupId: z.string(),
  service: z.string(),
  environment: z.string(),
  engine: z.enum(ENGINES),
  database: z.string(),
  /** The image the dump was made with; the proof uses the same. */
  image: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  /** exact: counted in the dump's own snapshot. */
  counting: z.enum(["exact", "range"]),
  counts: countsSchema,
});
export type Manifest = z.output<typeof manifestSchema>;
