import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { checkHostname, normalizeAddress } from "../names.ts";

const RECORD_STEP_TYPES = ["A", "AAAA", "CNAME", "TXT"] as const;
const MAX_TXT = 4_000;

const name = z.string().transform((text, ctx) => {
  const check = checkHostname(text, { wildcard: true, underscore: true });
  if (check.ok) return check.name;
  ctx.addIssue({ code: "custom", message: check.problem });
  return z.NEVER;
});

function checkValue(type: (typeof RECORD_STEP_TYPES)[number], value: string): { value: string } | { problem: string } {
  if (type === "A") return isIPv4(value) ? { value } : { problem: `"${value}" is not an IPv4 address.` };
  if (type === "AAAA")
    return isIPv6(value) && !value.includes("%")
      ? { value: normalizeAddress(value) }
      : { problem: `"${value}" is not an IPv6 address.` };
  if (type === "TXT")
    return value.length > 0 && value.length <= MAX_TXT
      ? { value }
      : { problem: `A TXT value has between 1 and ${MAX_TXT} characters.` };
  const check = checkHostname(value, { underscore: true });
  return check.ok ? { value: check.name } : { problem: check.problem };
}

/** Input of the step `dns.record`. Names and values come out in their one canonical spelling. */
export const DnsRecordInput = z
  .strictObject({
    name,
    type: z.enum(RECORD_STEP_TYPES),
    values: z.array(z.string()).min(1).max(100),
    ttl: z.number().int().min(30).max(86_400).default(300),
  })
  .transform((record, ctx) => {
    const values = new Set<string>();
    for (const [index, given] of record.values.entries()) {
      const check = checkValue(record.type, given);
      if ("value" in check) values.add(check.value);
      else ctx.addIssue({ code: "custom", path: ["values", index], message: check.problem });
    }
    if (record.type === "CNAME" && values.size > 1)
      ctx.addIssue({ code: "custom", path: ["values"], message: "A CNAME has one target." });
    return { ...record, values: [...values].sort() };
  });
export type DnsRecordInput = z.output<typeof DnsRecordInput>;
