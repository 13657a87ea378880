import { z } from "zod";
import { checkRecord } from "../check-record.ts";
import { RECORD_TYPES, TTL_DEFAULT, VALUES_MAX } from "../constants.ts";

/** Input of the step `dns.record`. Names and values come out in their one canonical spelling, judged as people's are. */
export const DnsRecordInput = z
  .strictObject({
    name: z.string(),
    type: z.enum(RECORD_TYPES),
    values: z.array(z.string()).min(1).max(VALUES_MAX),
    ttl: z.number().int().default(TTL_DEFAULT),
  })
  .transform((given, ctx) => {
    // Said twice, it is meant once: the values come from answers and settings.
    const { record, fields } = checkRecord({ ...given, values: [...new Set(given.values)] });
    if (record) return { ...record, values: [...record.values].sort() };
    for (const [field, message] of Object.entries(fields))
      ctx.addIssue({
        code: "custom",
        path: field.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        message,
      });
    return z.NEVER;
  });
export type DnsRecordInput = z.output<typeof DnsRecordInput>;
