import { z } from "zod";
import { slug } from "./names.ts";

const image = z
  .string()
  .max(400)
  .regex(/^[a-z0-9][A-Za-z0-9._:/@-]*$/, "is not the name of an image");

/** "services.pad-notes.db_pass". Longer than Swarm takes is fine: `nameInSwarm` shortens it. */
const swarmSecretName = z
  .string()
  .max(190)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]$/, "is not the name of a secret");

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a file name");
const port = z.number().int().min(1).max(65535);
const absolutePath = z
  .string()
  .max(255)
  .regex(/^\/[^\0,]*$/, "must begin with /")
  .refine((path) => !path.split("/").includes(".."), "must not hold ..");
const volumeName = z.string().regex(/^[a-z0-9][a-zA-Z0-9_.-]{1,127}$/, "is not the name of a volume");
const label = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,62}=[a-zA-Z0-9._-]{1,63}$/, "must look like key=value");

const mountSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("folder"), source: absolutePath, target: absolutePath, readOnly: z.boolean() }),
  z.object({ kind: z.literal("volume"), source: volumeName, target: absolutePath, readOnly: z.boolean() }),
]);
export type Mount = z.output<typeof mountSchema>;

const healthTiming = {
  intervalS: z.number().int().min(1).max(3600),
  timeoutS: z.number().int().min(1).max(3600),
  retries: z.number().int().min(1).max(100),
  startPeriodS: z.number().int().min(0).max(3600),
};
const healthCheckSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("http"), path: z.string().regex(/^\/[\x21-\x7e]{0,200}$/), port, ...healthTiming }),
  z.object({ kind: z.literal("command"), argv: z.array(z.string().max(1000)).min(1).max(50), ...healthTiming }),
]);
export type HealthCheck = z.output<typeof healthCheckSchema>;

const appSchema = z.object({
  image,
  replicas: z.number().int().min(0).max(100),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not the name of a variable"), z.string().max(10_000)),
  /** Without a version the newest there is. */
  secrets: z.array(z.object({ swarmName: swarmSecretName, fileName, version: z.number().int().min(1).optional() })),
  ports: z.array(z.object({ target: port, published: port, protocol: z.enum(["tcp", "udp"]) })),
  mounts: z.array(mountSchema),
  healthCheck: healthCheckSchema.nullable(),
  cpus: z.number().positive().max(256).nullable(),
  memoryMb: z.number().int().min(6).max(4_000_000).nullable(),
  placement: z.object({
    nodeLabel: label.optional(),
    hostname: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/)
      .optional(),
  }),
});

const databaseSchema = z.object({
  engine: z.enum(["mariadb", "mysql", "postgresql"]),
  image,
  volumeName,
  databaseName: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "must be lower-case letters, digits and _"),
  userName: z.string().regex(/^[a-z][a-z0-9_]{0,30}$/, "must be lower-case letters, digits and _"),
  /** Names of swarm secrets. */
  passwordSecret: swarmSecretName,
  rootPasswordSecret: swarmSecretName,
  memoryMb: z.number().int().min(64).max(4_000_000).nullable(),
});
export type DatabaseInput = z.output<typeof databaseSchema>;

/** What the step `swarm.stack` is given: one service's app and, if it has one, its database. */
export const stackInputSchema = z.object({
  stackName: slug,
  serviceName: slug,
  environment: slug,
  networkName: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,100}$/),
  app: appSchema,
  database: databaseSchema.nullable(),
  /** Found by plan(): the images with the digests that were reviewed. */
  appImagePinned: image.optional(),
  databaseImagePinned: image.optional(),
});
export type StackInput = z.output<typeof stackInputSchema>;

export const secretInputSchema = z.object({
  swarmName: swarmSecretName,
  /** Name in the panel's own table of secrets. */
  secretName: z.string().min(1).max(190),
  source: z.enum(["generate", "stored"]),
  /** Of what is stored; without one the newest. */
  version: z.number().int().min(1).optional(),
});
export type SecretInput = z.output<typeof secretInputSchema>;
