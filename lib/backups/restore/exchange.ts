import { z } from "zod";

/**
 * Two databases (or folders) and three names: what lives goes aside, what came in takes its place. `begun`: the living one is as it
 * was. `kept`: it is whole under `aside`, and its own name may hold anything. `placed`: done.
 */
const exchangeSchema = z.object({
  living: z.string(),
  incoming: z.string(),
  aside: z.string(),
  phase: z.enum(["begun", "kept", "placed"]),
});
export type Exchange = z.output<typeof exchangeSchema>;

/** How far a swap and its way back came: kept in the ledger, where the undo finds it too. */
export const swapProgressSchema = z.looseObject({
  exchange: exchangeSchema,
  back: exchangeSchema.nullable().default(null),
  /** How many tasks the app had; null: there is no app. */
  replicas: z.number().nullable(),
});
export type SwapProgress = z.output<typeof swapProgressSchema>;

/** The way back: what was kept comes in again, what lives now goes where it came from. */
export const reverse = ({ living, incoming, aside }: Exchange): Exchange => ({
  living,
  incoming: aside,
  aside: incoming,
  phase: "begun",
});
