import { z } from "zod";
import { TARGET_KINDS } from "../constants.ts";
import { policySettingsSchema } from "./policy.ts";
import { retentionSchema } from "./retention.ts";
import { sourceSchema } from "./source.ts";

// What pages and the API are given of policies. Times are ISO texts.
const instant = z.iso.datetime();

export const policyView = policySettingsSchema.extend({
  id: z.string(),
  /** null: the panel itself. */
  service: z.string().nullable(),
  environment: z.string(),
  name: z.string(),
  source: sourceSchema,
  target: z.object({ id: z.string(), name: z.string(), kind: z.enum(TARGET_KINDS) }),
  /** The schedule in words: "At 02:00, every day". */
  scheduleWords: z.string().nullable(),
  nextAt: instant.nullable(),
  /** When a point is restored by itself next; null: it is not. */
  nextVerifyAt: instant.nullable(),
  overdueSince: instant.nullable(),
  /** Since when what was to prove it did not; null: no proof is overdue, or none is asked for. */
  proofOverdueSince: instant.nullable(),
  /** A ping address is kept; it is never shown again (`pingUrl` is null here). */
  hasPing: z.boolean(),
  version: z.number().int(),
  mayEdit: z.boolean(),
});

export const policyList = z.object({ policies: z.array(policyView) });

export const policyPreviewRequest = z.strictObject({
  /** Whose points are looked at; null: a policy that is not there yet. */
  policyId: z.uuid().nullable(),
  cron: policySettingsSchema.shape.cron,
  timeZone: policySettingsSchema.shape.timeZone,
  jitterMinutes: policySettingsSchema.shape.jitterMinutes,
  retention: retentionSchema,
});
export type PolicyPreviewRequest = z.output<typeof policyPreviewRequest>;

export const policyPreview = z.object({
  words: z.string().nullable(),
  /** The next five times. */
  next: z.array(instant),
  /** Each of them may be so many minutes later; 0: they are exact. */
  laterMinutes: z.number().int(),
  /** What the retention would do with each point there is now, newest first. */
  points: z.array(
    z.object({
      /** null: a point that is still to come. */
      backupId: z.string().nullable(),
      at: instant,
      keep: z.boolean(),
      /** "daily 3 of 14", "the last one proven", "pinned by Robin". */
      reasons: z.array(z.string()),
    }),
  ),
  /** Why none of those that are not kept goes now, in words; null: they go after the next good backup. */
  nothingGoes: z.string().nullable(),
  /** How many there are once the policy has run long enough. */
  steadyCount: z.number().int(),
  /** What that many need, by the median size; null: nothing was stored yet. */
  steadyBytes: z.number().nullable(),
});

const unhealthyPolicy = z.object({
  service: z.string().nullable(),
  environment: z.string(),
  policy: z.string(),
  since: instant,
});

/** For a monitor outside: what is wrong now. */
export const backupHealth = z.object({
  /** Policies whose next good backup should have been there by now. */
  overdue: z.array(unhealthyPolicy),
  /** Those whose proofs stopped, or do not begin. */
  proofs: z.array(unhealthyPolicy),
  /** Targets in use whose last check failed. */
  targets: z.array(z.object({ target: z.string(), since: instant })),
  /** Whose points are not where they were stored; until they are there again, or removed. */
  missing: z.array(unhealthyPolicy.extend({ points: z.number().int() })),
});
