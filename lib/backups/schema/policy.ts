import { z } from "zod";
import { COMPRESSIONS } from "../constants.ts";
import { retentionSchema } from "./retention.ts";
import { sourceSchema } from "./source.ts";

const MINUTES = { hour: 60, week: 10_080 };

/** Five fields, as crontab has them. Whether it is right is asked of the cron library, in lib/backups/schedule/cron.ts. */
const cron = z.string().trim().min(1, "Say when, as in 0 2 * * *.").max(100);
const timeZone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat("en", { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, "This is not a time zone. Use a name such as America/Vancouver.");

/** Asked of the restored data: an HTTP look at the app, or a query that must say something. */
const smokeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("query"),
    sql: z.string().trim().min(1, "Give one statement.").max(2_000),
    /** The first value of the first row; empty: any row will do. */
    expect: z.string().max(200),
  }),
  z.strictObject({
    kind: z.literal("http"),
    /** Asked of the service's own image, started on the restored data in a network of its own. */
    path: z
      .string()
      .regex(/^\/\S*$/, "Give a path such as /health.")
      .max(200),
    port: z.number().int().min(1).max(65_535),
    status: z.number().int().min(100).max(599),
  }),
]);
export type SmokeCheck = z.output<typeof smokeSchema>;

export const verificationSchema = z.strictObject({
  /** Restored after every backup; else only when `cron` says. Hash and decode are always done. */
  restoreEach: z.boolean(),
  /** When the newest point is restored; null: never by itself. */
  cron: cron.nullable(),
  /** Then also a random older one; refused without `cron`. */
  randomOlder: z.boolean(),
  smoke: smokeSchema.nullable(),
});

/** An age recipient (`age1…`); its identity need not be known here. */
const recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/, "This is not an age recipient: it begins with age1.");

export const policySettingsSchema = z.object({
  targetId: z.uuid("Choose where it goes."),
  compression: z.enum(COMPRESSIONS),
  recipients: z.array(recipient).max(10),
  /** null: only when a person asks. */
  cron: cron.nullable(),
  timeZone,
  /** Starts up to this many minutes later, always by the same amount, so that not everything begins at once. */
  jitterMinutes: z
    .number()
    .int()
    .min(0)
    .max(MINUTES.hour * 6),
  /** Overdue when nothing good came this long after it was due, minutes. */
  graceMinutes: z.number().int().min(5).max(MINUTES.week),
  retention: retentionSchema,
  verification: verificationSchema,
  /**
   * Healthchecks' address for this job; null: as it was, empty: none. Kept as a secret and never shown again: whoever knows it
   * can say that all is well.
   */
  pingUrl: z
    .union([
      z.literal(""),
      z.url({ protocol: /^https?$/, error: "Give an address such as https://hc-ping.com/…" }).max(300),
    ])
    .nullable(),
  /** Run on the copy before it reaches another environment: SQL for databases; null: none. */
  maskingSql: z.string().max(100_000).nullable(),
  /** Object Lock: nobody, the panel included, can delete a point for so many days; 0: not used. S3 only. */
  lockDays: z.number().int().min(0).max(3_650),
  enabled: z.boolean(),
});
export type PolicySettings = z.output<typeof policySettingsSchema>;

export const policyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/, "Use lower-case letters, digits and -, at least two.");

export const newPolicySchema = policySettingsSchema.extend({
  /** null: the panel itself. */
  serviceName: z.string().max(40).nullable(),
  environment: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  name: policyName,
  source: sourceSchema,
});
export type NewPolicy = z.output<typeof newPolicySchema>;

export const editPolicySchema = policySettingsSchema.extend({ version: z.number().int() });
export type EditPolicy = z.output<typeof editPolicySchema>;

export const DEFAULT_POLICY = {
  compression: "zstd",
  recipients: [],
  cron: "0 2 * * *",
  timeZone: "UTC",
  jitterMinutes: 30,
  graceMinutes: 180,
  verification: { restoreEach: true, cron: "0 5 * * 0", randomOlder: true, smoke: null },
  pingUrl: null,
  maskingSql: null,
  lockDays: 0,
  enabled: true,
} as const satisfies Partial<PolicySettings>;
