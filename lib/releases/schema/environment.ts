import { z } from "zod";
import { SECRET_VALUE_MAX_BYTES } from "#lib/services/constants.ts";
import { environmentConfigSchema } from "./release.ts";

/** Part of a stack's, a folder's and a host name, and never to be mistaken for a part of the service's own. */
const environmentName = z
  .string()
  .regex(/^[a-z][a-z0-9]{1,19}$/, "Use two to twenty lower-case letters and digits, a letter first.")
  // direct.<service> is a host name of production's.
  .refine((name) => name !== "production" && name !== "direct", "This name means something else already.");

/** What an environment besides production is begun with; everything else is as the service's answers say. */
export const newEnvironmentSchema = z.strictObject({
  name: environmentName,
  /** null: as many as production. */
  replicas: z.number().int().min(0).max(100).nullable().default(null),
  /** Values of the secrets that a person gives; those the panel makes up are made up anew. */
  secrets: z.record(z.string(), z.string().min(1).max(20_000)).default({}),
});
export type NewEnvironment = z.output<typeof newEnvironmentSchema>;

/** The same, with the hash of the plan that was looked at. */
export const addEnvironmentSchema = newEnvironmentSchema.extend({ planHash: z.string().regex(/^[0-9a-f]{64}$/) });

export const saveConfigSchema = z.strictObject({
  /** The version that was changed: another one meanwhile is a conflict. */
  version: z.number().int().min(1),
  content: environmentConfigSchema,
});

/** A new value of one of an environment's secrets; it is given to the app with the next deployment. */
export const saveSecretSchema = z.strictObject({
  value: z
    .string()
    .min(1, "Give a value.")
    .refine((value) => new TextEncoder().encode(value).length <= SECRET_VALUE_MAX_BYTES, "The value is too long."),
});

export const soakSchema = z.strictObject({ soakS: z.number().int().min(0).max(86_400) });
