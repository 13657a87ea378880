import { CHANGE_MISSING } from "#lib/integrations/route53/errors.ts";
import { getChange } from "#lib/integrations/route53/zones.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { compareForeign, storeForeign } from "./foreign-rows.ts";
import { look } from "./look.ts";
import { noteWaiting, observe, spreadingRows } from "./notes.ts";
import type { Plan } from "./plan-types.ts";
import { noteRows, noteSpread } from "./rows.ts";
import { withZoneLock } from "./zone-lock.ts";
import { noteFullPass, releaseZone } from "./zone-rows.ts";

export interface LookContext {
  signal: AbortSignal;
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export interface ZoneNews {
  sets: number;
  foreign: number;
  drifted: number;
  /** Rows that wait for a sync. */
  waiting: number;
  /** The zone was held and need not be any more. */
  released: boolean;
  requests: number;
}

/** News of more names than this is confirmed by reading the zone again. */
const MANY_NAMES = 20;
const ASKED = 10;

const hasNews = (plan: Plan) => observe(plan).length > 0 || noteWaiting(plan).length > 0;

/** Rows whose pass died before it heard that Route 53 had spread the change. */
async function noteSpreadRows({ signal, write }: LookContext, plan: Plan, onRequest: () => void): Promise<void> {
  const byChange = Map.groupBy(spreadingRows(plan), ({ changeId }) => changeId ?? "");
  for (const [changeId, rows] of [...byChange].slice(0, ASKED)) {
    const status = await getChange(changeId, { signal, onRequest }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === CHANGE_MISSING) return "INSYNC";
      throw error;
    });
    if (status === "INSYNC") await write((tx) => noteSpread(tx, rows));
  }
}

/**
 * Reads a whole zone and writes down what it finds: others' sets, drift, what came right by itself. Changes nothing in Route 53
 * and holds no lock while it reads, so that nobody waits for it; only what is news is looked at again as the zone's one writer.
 */
export async function lookAtZone(ctx: LookContext, zoneId: string): Promise<ZoneNews> {
  const { signal, write } = ctx;
  let requests = 0;
  const onRequest = () => void requests++;
  const { zone, reading, plan } = await look({ zoneId, scope: "full", signal, onRequest });
  const foreign = await compareForeign(zone.id, plan.foreign);
  const released = zone.heldReason !== null && plan.hold === null;
  await write(async (tx) => {
    await noteFullPass(tx, zone.id, reading.sets.length);
    await storeForeign(tx, zone.id, foreign);
    if (released) await releaseZone(tx, zone.id);
  });
  await noteSpreadRows(ctx, plan, onRequest);
  let confirmed = plan;
  if (hasNews(plan)) {
    const names = [...new Set([...observe(plan), ...noteWaiting(plan)].map(({ row }) => row.name))];
    const scope = names.length > MANY_NAMES ? ("full" as const) : { names };
    confirmed = await withZoneLock(zone.providerZoneId, signal, async (held) => {
      const again = await look({ zoneId, scope, signal: held, onRequest });
      await write((tx) => noteRows(tx, [...observe(again.plan), ...noteWaiting(again.plan)]));
      return again.plan;
    });
  }
  return {
    ...{ sets: reading.sets.length, foreign: plan.foreign.length, released, requests },
    drifted: plan.drifted.length,
    waiting: confirmed.changes.length,
  };
}
