import { z } from "zod";

const digestImage = z.string().regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, "must be an image with its digest");

const portSchema = z.object({
  target: z.number().int(),
  published: z.number().int().nullable(),
  protocol: z.enum(["tcp", "udp"]),
});
const mountSchema = z.object({
  kind: z.enum(["folder", "volume"]),
  source: z.string(),
  target: z.string(),
  readOnly: z.boolean(),
});

/** A migration that runs with the release, before its tasks are replaced. */
export const migrationSchema = z.strictObject({ id: z.string().min(1).max(200), sql: z.string().max(1_000_000) });

/**
 * What a release is, and nothing else: equal contents have equal hashes. It never changes; another content is another release.
 * Values of secrets are not in it, only which version of each.
 */
export const releaseContentSchema = z.object({
  /** By the name within the stack: app, db. */
  images: z.record(z.string(), digestImage),
  env: z.record(z.string(), z.string()),
  /** By the file the app finds it in (`db_pass`), so that environments can be compared. */
  secrets: z.record(z.string(), z.number().int().min(1)),
  replicas: z.number().int().min(0),
  ports: z.array(portSchema),
  mounts: z.array(mountSchema),
  healthCheck: z.unknown(),
  cpus: z.number().nullable(),
  memoryMb: z.number().nullable(),
  placement: z.record(z.string(), z.string()),
  migrations: z.array(migrationSchema),
});
export type ReleaseContent = z.output<typeof releaseContentSchema>;
export type Migration = z.output<typeof migrationSchema>;

/**
 * The half of a stack that a release brings and no environment changes: what the app is given. Volumes are named within the
 * stack and the folder is the environment's own, so that the same template fits every environment.
 */
export const releaseTemplateSchema = z.object({
  /** Files the app finds its secrets in. */
  secrets: z.array(z.string()),
  mounts: z.array(mountSchema),
  healthCheck: z.unknown(),
  /** Null: the service has no database of its own. */
  database: z
    .object({ engine: z.enum(["mariadb", "mysql", "postgresql"]), memoryMb: z.number().int().nullable() })
    .nullable(),
});
export type ReleaseTemplate = z.output<typeof releaseTemplateSchema>;

/** By the name within the stack. Without digests until the release is resolved. */
export const releaseImagesSchema = z.record(z.string(), z.string());
export type ReleaseImages = z.output<typeof releaseImagesSchema>;
