import { z } from "zod";

const word = z.string().min(1).max(190);
const version = z.number().int().min(1);

export const renewInput = z.object({ secretName: word, version });
export type RenewInput = z.output<typeof renewInput>;

export const storeInput = z.object({ secretName: word });
export type StoreInput = z.output<typeof storeInput>;

/** What is being changed, and where it is used. */
const rotateStepInput = z.object({
  serviceName: z.string().max(40),
  environment: z.string().max(20),
  stackName: z.string().max(80),
  secretName: word,
  fileName: z.string().max(64),
  version,
  /** The service's own database; null: it has none. */
  database: z
    .object({
      engine: z.enum(["mariadb", "mysql", "postgresql"]),
      databaseName: z.string().max(63),
      userName: z.string().max(63),
    })
    .nullable(),
});
export type RotateStepInput = z.output<typeof rotateStepInput>;

export const passwordInput = rotateStepInput.extend({
  account: z.enum(["app", "root"]),
  act: z.enum(["open", "switch", "close"]),
});
export type PasswordInput = z.output<typeof passwordInput>;

export const rollInput = rotateStepInput.extend({
  target: z.enum(["app", "database"]),
  /** Whether DATABASE_USER is left as it is, or names the second account or the own one. */
  signIn: z.enum(["kept", "second", "own"]),
});
export type RollInput = z.output<typeof rollInput>;

export const retireInput = rotateStepInput.extend({
  /** The database's container keeps the old file until it is next restarted. */
  databaseKeeps: z.boolean(),
});
export type RetireInput = z.output<typeof retireInput>;
