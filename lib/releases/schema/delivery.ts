import { z } from "zod";

export const DELIVERY_DAYS = [30, 90, 180, 365] as const;

const spread = z.object({ median: z.number(), p90: z.number() });

const deliveryWeek = z.object({
  /** Its Monday, in UTC. */
  week: z.iso.date(),
  /** Ended, well or not. */
  deployments: z.number().int(),
  failed: z.number().int(),
  /** Medians; null: none in this week. */
  leadTimeS: z.number().nullable(),
  restoreS: z.number().nullable(),
});

/** How releases get to one environment: how fast, how often badly, and how long until it was put right. */
export const deliveryView = z.object({
  serviceName: z.string(),
  environment: z.string(),
  days: z.number().int(),
  total: z.number().int(),
  /** Failed, rolled back by themselves, or taken back by a person afterwards. */
  failed: z.number().int(),
  /** 0 to 1; null: nothing was deployed. */
  failureRate: z.number().nullable(),
  /** From a release being made to its being done there. */
  leadTimeS: spread.nullable(),
  /** From a failure to what served again. */
  timeToRestoreS: spread.nullable(),
  perWeek: z.number(),
  /** The oldest first, without gaps. */
  weeks: z.array(deliveryWeek),
});
export type DeliveryView = z.output<typeof deliveryView>;

export const deliveryQuery = z.object({
  environment: z.string().max(20).default("production"),
  days: z.coerce.number().int().min(7).max(366).default(90),
});
