import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, notFound } from "#lib/platform/errors.ts";
import { retryRun } from "#lib/runs/commands/retry-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { requestSync } from "./request-sync.ts";

const notHeld = () =>
  conflict(
    "dns.plan_changed",
    "The zone is not held for this plan any more.",
    "Look at the zone again; its plan has changed.",
  );

/**
 * Lets the sync make exactly the changes it stopped at, once. `planHash` is the held plan's, as hex: what the person has
 * looked at. Any other plan is held anew.
 */
export async function allowZoneChanges(actor: Actor, zoneId: string, planHash: string): Promise<{ runId: number }> {
  authorize(actor, "zones.allow");
  const hash = new Uint8Array(Buffer.from(planHash, "hex"));
  const run = await transaction(async (tx) => {
    const zone = await tx.dnsZone.findUnique({ where: { id: zoneId } });
    if (!zone) throw notFound("zone");
    const allowed = await tx.dnsZone.updateMany({
      where: { id: zoneId, heldPlanHash: hash },
      data: { allowedPlanHash: hash },
    });
    if (hash.length === 0 || allowed.count === 0) throw notHeld();
    await recordAudit(tx, actor, {
      action: "zones.allow",
      subjectType: "zone",
      subjectId: zoneId,
      detail: { zone: zone.name, planHash, reason: zone.heldReason },
    });
    return requestSync(tx, actor, zoneId, `Make the allowed changes in ${zone.name}`);
  });
  if (run.created) await ringRun(run.runId);
  else await wakeSync(actor, run.runId);
  return { runId: run.runId };
}

/** Lets a sync that waits for a person look again. One that is at work needs no waking. */
export async function wakeSync(actor: Actor, runId: number): Promise<void> {
  try {
    await retryRun(actor, runId, []);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "runs.nothing_to_retry")) throw error;
  }
}
