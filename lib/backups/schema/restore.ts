import { z } from "zod";
import { RESTORE_MODES, SOURCE_KINDS } from "../constants.ts";

/** What a person asks for when something is to be brought back. */
export const restoreInputSchema = z.object({
  /** Whose data it becomes: the same service by default. */
  serviceName: z.string().max(40),
  environment: z.string().max(20),
  /** Which data there, by its policy. Without it: what the point is of, else the only data of that kind. */
  policyId: z.uuid().optional(),
  /** Of a point that holds several databases of one MongoDB: which one. */
  database: z.string().min(1).max(64).optional(),
  /** beside: a new database or folder next to the living one. swap: then it takes the living one's place. */
  mode: z.enum(RESTORE_MODES),
  /** Only these tables, or paths below the folder; empty: all. */
  only: z.array(z.string().min(1).max(400)).max(200),
  /** Runs the policy's masking on the copy before anybody sees it; always asked for when production goes elsewhere. */
  mask: z.boolean(),
  /** age identity, for a point that the panel cannot open by itself; kept for this restore only. */
  identity: z
    .string()
    .regex(/^AGE-SECRET-KEY-1[A-Z0-9]+$/, "This is not an age identity.")
    .nullable(),
  /** The destination's `confirm`, typed by whoever replaces living data. */
  confirm: z.string().max(80).nullable(),
});
export type RestoreInput = z.output<typeof restoreInputSchema>;

export const linkInputSchema = z.object({
  /** Minutes until it stops working. */
  minutes: z.number().int().min(5).max(1_440),
  reason: z.string().trim().min(3, "Say what it is for.").max(300),
});
export type LinkInput = z.output<typeof linkInputSchema>;

/** Somewhere a point may be restored. */
export const destinationSchema = z.object({
  service: z.string(),
  environment: z.string(),
  /** The policy that names the data. */
  policyId: z.string(),
  kind: z.enum(SOURCE_KINDS),
  /** The living database, folder or volume. */
  database: z.string(),
  /** The service in the swarm that has it; null: it is a folder or a volume. */
  swarmService: z.string().nullable(),
  /** A whole MongoDB: beside whichever of its databases the point is of. */
  isServer: z.boolean(),
  /** It is production's data, whatever its policy calls it. */
  production: z.boolean(),
  /** The very data that the point was taken of. */
  own: z.boolean(),
  /** Of another service or environment than the point. */
  elsewhere: z.boolean(),
  /** Only a masked copy may go there. */
  mustMask: z.boolean(),
  /** Why no masked copy can be made; null: one can. */
  noMasking: z.string().nullable(),
  /** What is typed before what lives there is replaced, or before something gets into another production. */
  confirm: z.string(),
  /** The reader may also put it in the place of what lives there. */
  maySwap: z.boolean(),
  /** Why nobody can; null where somebody may. */
  noSwap: z.string().nullable(),
});
export type Destination = z.output<typeof destinationSchema>;

export const swapInputSchema = z.object({
  /** The service's name, typed by whoever replaces living data. */
  confirm: z.string().max(80),
});

export const removeKeptInputSchema = swapInputSchema.extend({
  /** What the reader was shown as kept. */
  previous: z.string().min(1).max(300),
});
export type RemoveKeptInput = z.output<typeof removeKeptInputSchema>;

export const MASKED_INTO_ITSELF = "Masked rows do not take the place of production’s own.";
