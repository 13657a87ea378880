import { z } from "zod";

const count = (most: number) => z.number().int("Give a whole number.").min(0).max(most, `At most ${most}.`);

/** Grandfather, father, son: how many points of each kind are kept, besides the last so many. Days are the policy's zone's. */
export const retentionSchema = z
  .strictObject({
    last: count(1_000),
    hourly: count(720),
    daily: count(3_660),
    weekly: count(520),
    monthly: count(240),
    yearly: count(50),
  })
  .refine((keep) => Object.values(keep).some((number) => number > 0), {
    error: "Keep something: all numbers are 0.",
    path: ["last"],
  });
export type Retention = z.output<typeof retentionSchema>;

export const DEFAULT_RETENTION: Retention = { last: 3, hourly: 0, daily: 14, weekly: 8, monthly: 12, yearly: 0 };
