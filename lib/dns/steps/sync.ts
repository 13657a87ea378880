import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlannedChange, StepContext } from "#lib/steps/types.ts";
import { describeRecord } from "../sync/describe-record.ts";
import type { Plan, PlannedSet } from "../sync/plan-types.ts";
import { type Leave, type SyncResult, settleSync, syncZone } from "../sync/sync-zone.ts";
import { readZoneRow } from "../sync/zone-rows.ts";

const DnsSyncInput = z.strictObject({ zoneId: z.uuid(), scope: z.enum(["pending", "full"]) });

/** More than a page shows, and as much as a step may say. */
const MAX_LINES = 3_000;

function describeChange({ action, name, type, before, after }: PlannedSet): PlannedChange {
  const say = (content: { ttl: number | null; values: string[]; alias?: string | null }) =>
    describeRecord({ ...content, name, type }).slice(`${type} ${name} → `.length);
  const detail = [...(before ? [say(before)] : []), ...(after ? [say(after)] : [])].join(" → ");
  return { action, kind: "dns record", name: `${type} ${name}`, detail };
}

function describePlan({ changes, refused, drifted }: Plan): { changes: PlannedChange[]; warnings: string[] } {
  const warnings = [
    ...(changes.length > MAX_LINES ? [`And ${changes.length - MAX_LINES} more changes.`] : []),
    ...refused.map(({ row, reason }) => `Not done: ${row.type} ${row.name}: ${reason}`),
    ...drifted.map(({ row }) => `Changed outside the panel, so it is left alone: ${row.type} ${row.name}.`),
  ];
  return { changes: changes.slice(0, MAX_LINES).map(describeChange), warnings: warnings.slice(0, MAX_LINES) };
}

const askPerson = ({ reason }: { reason: string }) =>
  new AppError({
    code: "dns.held",
    message: `The panel stopped before it changed anything. ${reason}`,
    advice: "A manager or an administrator looks at the zone's plan and allows it, or puts the records right first.",
    retry: "needs_person",
  });

function report({ log }: StepContext, result: SyncResult): Record<string, number> {
  const { created, changed, removed, refused, drifted, foreign, requests } = result;
  const counts = { created, changed, removed, refused, drifted, foreign, requests };
  log.info(
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(", "),
  );
  for (const { row, reason } of result.plan.refused) log.warn(`${row.type} ${row.name}: ${reason}`);
  for (const { row } of result.plan.drifted) log.warn(`${row.type} ${row.name} was changed outside the panel`);
  return counts;
}

interface Checkpoint {
  allowed: string[];
}

function leaveOf({ checkpoint }: StepContext): Leave {
  const allowed = new Set(checkpoint.get<Checkpoint>()?.allowed);
  return {
    has: (change) => allowed.has(change),
    remember: (changes) => checkpoint.set({ allowed: changes } satisfies Checkpoint),
  };
}

/** Brings a zone in Route 53 to what its records say. */
export const dnsSync = defineStep({
  name: "dns.sync",
  queue: "dns",
  input: DnsSyncInput,
  maxAttempts: 20,

  async plan({ zoneId, scope }, ctx) {
    const options = { dryRun: true, retryErrors: scope === "full" };
    const { plan, held } = await syncZone(ctx, await readZoneRow(zoneId), scope, options);
    const { changes, warnings } = describePlan(plan);
    return { changes, warnings: [...(held ? [`A person has to allow it: ${held.reason}`] : []), ...warnings] };
  },

  async apply({ zoneId, scope }, ctx) {
    const zone = await readZoneRow(zoneId);
    const result = await syncZone(ctx, zone, scope, { retryErrors: scope === "full", leave: leaveOf(ctx) });
    const counts = report(ctx, result);
    if (result.held) throw askPerson(result.held);
    await settleSync(ctx, result);
    return counts;
  },

  async verify({ zoneId }, ctx) {
    const zone = await readZoneRow(zoneId);
    const { plan } = await syncZone(ctx, zone, "full", { dryRun: true });
    const open = plan.changes.length + plan.drifted.length + plan.refused.length;
    return open === 0
      ? { ok: true, reason: `Route 53 has all ${plan.inSync.length} records of ${zone.name} as they should be.` }
      : {
          ok: false,
          reason: `Of the records of ${zone.name}, ${plan.changes.length} wait, ${plan.drifted.length} were changed outside the panel and ${plan.refused.length} are refused.`,
        };
  },

  async undo() {
    throw new AppError({
      code: "dns.sync_undo",
      message: "A sync cannot be taken back: it only does what the records say.",
      advice: "Change or restore the records; the zone follows.",
    });
  },
});
