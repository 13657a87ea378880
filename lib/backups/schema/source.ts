import { z } from "zod";
import type { SourceKind } from "../constants.ts";

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "Use letters, digits and _, not a digit first.");
const secretName = z.string().min(1).max(190);
const stackName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, "Use the stack's name.");
const swarmService = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,159}$/, "Use the name of a service in the swarm.");

/** Where a server of a stack is reached, and as whom. Secrets are names in the panel's own table, never values. */
const inStack = { stackName, swarmService };
const sqlSource = z.strictObject({
  ...inStack,
  databaseName: identifier,
  userName: identifier,
  passwordSecret: secretName,
  /** The account that may read everything. PostgreSQL's image has only one, so it is not asked for there. */
  rootPasswordSecret: secretName.nullable(),
});

/** An absolute path without dots that could lead out of where it begins. */
export const folderPath = z
  .string()
  .max(300)
  .regex(/^\/[^\0]*$/, "Give an absolute path.")
  .refine((path) => !path.split("/").includes(".."), "The path must not contain “..”.");

const SOURCE_SCHEMAS = {
  mariadb: sqlSource,
  mysql: sqlSource,
  postgresql: sqlSource,
  mongodb: z.strictObject({
    ...inStack,
    /** null: all databases. */
    databaseName: identifier.nullable(),
    userName: identifier.nullable(),
    passwordSecret: secretName.nullable(),
    /** Of a whole replica set also what is written meanwhile (`--oplog`). */
    oplog: z.boolean(),
  }),
  redis: z.strictObject({ ...inStack, passwordSecret: secretName.nullable() }),
  /** A folder of the worker's node; patterns are tar's. */
  files: z.strictObject({ path: folderPath, exclude: z.array(z.string().min(1).max(200)).max(50).default([]) }),
  volume: z.strictObject({
    volumeName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,190}$/, "Use the volume's name."),
    exclude: z.array(z.string().min(1).max(200)).max(50).default([]),
  }),
  /** Its database is DATABASE_URL; its keys are put in only when the policy encrypts. */
  panel: z.strictObject({}),
} as const satisfies Record<SourceKind, z.ZodType>;

export type SourceOf<K extends SourceKind> = z.output<(typeof SOURCE_SCHEMAS)[K]>;
export type SqlSource = z.output<typeof sqlSource>;

/** What is backed up, with its kind: the shape kept in `BackupPolicy.kind` and `.source`. */
export const sourceSchema = z.discriminatedUnion("kind", [
  SOURCE_SCHEMAS.mariadb.extend({ kind: z.literal("mariadb") }),
  SOURCE_SCHEMAS.mysql.extend({ kind: z.literal("mysql") }),
  SOURCE_SCHEMAS.postgresql.extend({ kind: z.literal("postgresql") }),
  SOURCE_SCHEMAS.mongodb.extend({ kind: z.literal("mongodb") }),
  SOURCE_SCHEMAS.redis.extend({ kind: z.literal("redis") }),
  SOURCE_SCHEMAS.files.extend({ kind: z.literal("files") }),
  SOURCE_SCHEMAS.volume.extend({ kind: z.literal("volume") }),
  SOURCE_SCHEMAS.panel.extend({ kind: z.literal("panel") }),
]);
export type BackupSource = z.output<typeof sourceSchema>;
