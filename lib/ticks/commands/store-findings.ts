import type { Actor } from "#lib/access/types.ts";
import { type AuditEntry, recordAudits } from "#lib/audit/record.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import type { Standing } from "../ask/judge.ts";
import { TICK_SUBJECT, type TickState } from "../constants.ts";
import type { ClaimedService } from "./claim-due.ts";
import { countTicks, lockService } from "./count-ticks.ts";

export const TICKER: Actor = { kind: "system", name: "ticks", requestId: "ticks" };

export interface Seen {
  environment: string;
  key: string;
  /** The step that was asked. */
  stepId: number;
  after: Standing;
}

const ACTIONS: Record<TickState, string> = {
  true: "ticks.ticked",
  false: "ticks.unticked",
  unknown: "ticks.unknown",
  waived: "ticks.waived",
};

/** Not all services at the same moment, whenever they were begun. */
const spread = (ms: number) => Math.round(ms * (0.9 + Math.random() * 0.2));
const inMs = (ms: number) => new Date(Date.now() + ms);

/** Leaves a service for later, unless somebody has asked for it since. */
export async function postpone({ id, until }: ClaimedService, ms: number): Promise<void> {
  await db().$executeRaw`
    UPDATE Service SET ticksDueAt = UTC_TIMESTAMP(3) + INTERVAL ${ms * 1_000} MICROSECOND
     WHERE id = ${id} AND ticksDueAt = ${until}`;
}

/**
 * Writes what a look at a service's ticks found: what changed, the counters and an audit event in one transaction. Nothing is
 * written by a worker that was overtaken: its turn was over, and another looks.
 */
export async function storeFindings(
  { id, until }: ClaimedService,
  seen: readonly Seen[],
  everyMs: number,
): Promise<boolean> {
  return transaction(async (tx) => {
    const service = await lockService(tx, id);
    if (service?.state !== "live") return false;
    const isOurs = service.ticksDueAt?.getTime() === until.getTime();
    // Asked for again meanwhile, which another look answers: what was seen counts all the same, or who asks often learns nothing.
    if (!isOurs && Number(service.isDue) !== 1) return false;
    const now = new Date();
    const audits = await storeChanges(tx, service, seen, now);
    const environments = [...new Set(seen.map(({ environment }) => environment))];
    await tx.tick.updateMany({
      where: { serviceId: id, environment: { in: environments } },
      data: { checkedAt: now },
    });
    if (audits.length > 0) {
      await recordAudits(tx, TICKER, audits);
      await countTicks(tx, id);
    }
    await tx.service.update({
      where: { id },
      data: { ticksCheckedAt: now, ...(isOurs && { ticksDueAt: inMs(spread(everyMs)) }) },
    });
    return true;
  });
}

async function storeChanges(
  tx: Tx,
  service: { id: string; name: string },
  seen: readonly Seen[],
  now: Date,
): Promise<AuditEntry[]> {
  const ticks = await tx.tick.findMany({ where: { serviceId: service.id } });
  const audits: AuditEntry[] = [];
  for (const { environment, key, stepId, after } of seen) {
    const tick = ticks.find((one) => one.environment === environment && one.key === key && one.stepId === stepId);
    if (!tick) continue;
    const turned = tick.state !== after.state;
    if (!turned && tick.reason === after.reason && tick.misses === after.misses) continue;
    await tx.tick.update({
      where: { serviceId_environment_key: { serviceId: service.id, environment, key } },
      data: { ...after, ...(turned ? { since: now, notifiedAt: toldAfter(tick, after.state, now) } : {}) },
    });
    if (turned)
      audits.push({
        action: ACTIONS[after.state],
        subjectType: TICK_SUBJECT,
        subjectId: service.id,
        detail: { service: service.name, environment, tick: tick.title, reason: after.reason.slice(0, 300) },
      });
  }
  return audits;
}

/** Null: its owner is to be told. Of a silence nobody is, nor of what came back before anybody had been told that it was gone. */
function toldAfter(tick: { state: string; notifiedAt: Date | null }, next: TickState, now: Date): Date | null {
  if (next === "false") return null;
  if (tick.state === "false" && next === "true") return tick.notifiedAt === null ? now : null;
  return tick.notifiedAt ?? now;
}
