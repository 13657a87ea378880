import { z } from "zod";
import { policyName } from "./policy.ts";
import { sourceSchema } from "./source.ts";

/** What a restore remembers (`Restore.report`): its steps ask nobody else, for its policy may be changed or gone when they run. */
export const restoreNotesSchema = z.object({
  /** The living data it was made for, and no other. */
  source: sourceSchema,
  policy: policyName,
  /** Of a MongoDB, where point and policy may be of a whole server: the database it is filled from, and what the living one is called. */
  pointDatabase: z.string().optional(),
  livingDatabase: z.string().optional(),
  /** That is what the point was taken of; earlier ones do not say. */
  own: z.boolean().optional(),
  tables: z.number().optional(),
  compared: z.string().optional(),
  /** A swap was undone: its destination has what the app wrote meanwhile, and is removed only on purpose. */
  holdsLiving: z.boolean().default(false),
});
export type RestoreNotes = z.output<typeof restoreNotesSchema>;
