import { z } from "zod";

/** What Kuma answers to nearly everything. */
export const answerSchema = z.looseObject({ ok: z.boolean().default(false), msg: z.unknown().optional() });
export const signInSchema = answerSchema.extend({
  token: z.string().optional(),
  tokenRequired: z.boolean().optional(),
});
export const addedSchema = answerSchema.extend({ monitorID: z.number().int().optional() });

/** A monitor as the list brings it; the rest of its fields is kept, for an edit sends all of them back. */
const monitorSchema = z.looseObject({
  id: z.number().int(),
  name: z.string(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  /** Older versions send 0 and 1. */
  active: z.union([z.boolean(), z.number()]).transform(Boolean),
  accepted_statuscodes: z.array(z.string()).default([]),
});
export type KumaMonitor = z.output<typeof monitorSchema>;
export const monitorListSchema = z.record(z.string(), monitorSchema);

export const beatsSchema = answerSchema.extend({
  data: z.array(z.looseObject({ status: z.number().int(), msg: z.string().nullish() })).default([]),
});

export const notificationListSchema = z.array(
  z.looseObject({ id: z.number().int(), isDefault: z.boolean().default(false), active: z.boolean().default(true) }),
);
export const infoSchema = z.looseObject({ version: z.string().optional() });
