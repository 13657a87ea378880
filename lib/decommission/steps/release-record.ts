import { z } from "zod";
import { releaseRecord } from "#lib/dns/commands/claim-record.ts";
import { settleSync, syncZone } from "#lib/dns/sync/sync-zone.ts";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { readOwnRecord } from "../queries/read-own-record.ts";

const releaseInput = z.strictObject({ recordId: z.uuid() });

async function findLeft(recordId: string, ctx: StepContext) {
  const row = await readOwnRecord(recordId, ctx.service?.id);
  if (!row) return null;
  const sets = await findRecordsAt(row.zone.providerZoneId, row.name, { signal: ctx.signal });
  return sets.some((set) => set.type === row.type) ? row : null;
}

/** A record that a person made for the service, given up by it and taken out of Route 53. */
export const dnsRelease = defineStep({
  name: "dns.release",
  queue: "dns",
  input: releaseInput,
  maxAttempts: 12,

  async plan({ recordId }, ctx) {
    const row = await readOwnRecord(recordId, ctx.service?.id);
    return { changes: row ? [{ action: "remove", kind: "dns record", name: `${row.type} ${row.name}` }] : [] };
  },

  async apply({ recordId }, ctx) {
    const row = await readOwnRecord(recordId, ctx.service?.id);
    if (!row) {
      ctx.log.info("The record is gone already");
      return { removed: false };
    }
    if (row.state !== "removing") await releaseRecord(ctx, recordId);
    const result = await syncZone(ctx, row.zone, { names: [row.name] });
    await settleSync(ctx, result);
    const left = await findLeft(recordId, ctx);
    if (left)
      throw new AppError({
        code: "dns.still_there",
        message: `Route 53 still has ${row.type} ${row.name}: somebody changed it outside the panel.`,
        advice: "Remove it there, or have an administrator put it right under Domains, then retry.",
        retry: "needs_person",
      });
    return { removed: true };
  },

  async verify({ recordId }, ctx) {
    const left = await findLeft(recordId, ctx);
    return left
      ? { ok: false, reason: `Route 53 still has ${left.type} ${left.name}.` }
      : { ok: true, reason: "Route 53 does not have it any more." };
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("Within its days of grace the record can be restored under Domains");
  },
});
