import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { wakeSync } from "./allow-changes.ts";
import { requestSync, syncKey } from "./request-sync.ts";

const SWEEPER: Actor = { kind: "system", name: "dns sweep", requestId: "dns-sweep" };
/** A zone whose sync has just failed for good is left alone this long. */
const PAUSE_MS = 60_000;

interface Memory {
  /** What waited when a run that waits for a person was last told to look again. */
  woken: { rows: string; at: number };
}

/** Zones with rows that nobody is on the way with, and how to tell whether those are still the same. */
async function findWaiting(): Promise<Map<string, string>> {
  const groups = await db().dnsRecord.groupBy({
    by: ["zoneId"],
    // One with a change id was sent, and only spreads.
    where: { state: { in: ["pending", "removing"] }, changeId: null },
    _count: true,
    _sum: { version: true },
  });
  return new Map(groups.map(({ zoneId, _count, _sum }) => [zoneId, `${_count}/${_sum.version}`]));
}

async function hasJustFailed(zoneId: string): Promise<boolean> {
  const failed = await db().run.findFirst({
    where: { state: "failed", exclusiveName: syncKey(zoneId), finishedAt: { gt: new Date(Date.now() - PAUSE_MS) } },
    select: { id: true },
  });
  return failed !== null;
}

/** Starts a sync of a zone, or tells the one that waits for a person to look again. */
export async function startSweepSync(zoneId: string, reason: string): Promise<void> {
  const run = await transaction((tx) => requestSync(tx, SWEEPER, zoneId, reason));
  if (run.created) await ringRun(run.runId);
}

/** The sync that is active in a zone waits for a person: let it look again, for the zone has changed. */
export async function wakeWaitingSync(zoneId: string): Promise<void> {
  const active = await db().run.findUnique({
    where: { exclusiveKey: syncKey(zoneId) },
    select: { id: true, state: true },
  });
  if (active?.state === "waiting") await wakeSync(SWEEPER, active.id);
}

/**
 * Makes sure that rows which wait get their sync: those whose change met a run just as it ended, and those that wait behind
 * one which asks a person. Each call is one round; what it remembers only saves work, so two workers may both sweep.
 */
export function createZoneSweep(): () => Promise<void> {
  const memory = new Map<string, Memory>();
  let before = new Map<string, string>();

  async function sweepZone(zoneId: string, rows: string): Promise<void> {
    const active = await db().run.findUnique({ where: { exclusiveKey: syncKey(zoneId) }, select: { state: true } });
    if (active && active.state !== "waiting") return;
    if (active) {
      const woken = memory.get(zoneId)?.woken;
      const zone = await db().dnsZone.findUnique({ where: { id: zoneId }, select: { heldReason: true } });
      // A held plan is the same as long as the rows are; what else a person has to mend may be mended unseen.
      const pauseMs = zone?.heldReason ? Number.POSITIVE_INFINITY : PAUSE_MS * 5;
      if (woken?.rows === rows && Date.now() - woken.at < pauseMs) return;
      memory.set(zoneId, { woken: { rows, at: Date.now() } });
      return wakeWaitingSync(zoneId);
    }
    // What is new may be just on its way, as the records of a service are.
    if (before.has(zoneId) && !(await hasJustFailed(zoneId))) await startSweepSync(zoneId, "Sync of records that wait");
  }

  return async () => {
    const waiting = await findWaiting();
    for (const [zoneId, rows] of waiting) await sweepZone(zoneId, rows);
    before = waiting;
  };
}
