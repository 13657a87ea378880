import { isFew } from "./judge-hold.ts";
import { planChanges } from "./plan-changes.ts";
import type { DesiredRow, Plan } from "./plan-types.ts";
import { readZone, type SyncScope, type ZoneReading } from "./read-zone.ts";
import { readZoneRow, type StoredZone } from "./zone-rows.ts";

export interface LookOptions {
  zoneId: string;
  scope: SyncScope;
  signal: AbortSignal;
  retryErrors?: boolean;
  /** Stands for the row at its place, which is not written yet. */
  incoming?: DesiredRow | undefined;
  onRequest(): void;
}

export interface Look {
  zone: StoredZone;
  reading: ZoneReading;
  plan: Plan;
}

/** Reads what the scope asks for and says what would have to be done. Writes nothing. */
export async function look({ zoneId, scope, signal, retryErrors, incoming, onRequest }: LookOptions): Promise<Look> {
  const zone = await readZoneRow(zoneId);
  const plan = ({ rows, sets }: ZoneReading) => {
    const others = incoming ? rows.filter(({ name, type }) => name !== incoming.name || type !== incoming.type) : rows;
    const wanted = incoming ? [...others, incoming] : rows;
    return planChanges({ zone: zone.name, rows: wanted, sets, retryErrors: retryErrors === true });
  };
  const reading = await readZone(zone, scope, { signal, onRequest });
  const first = plan(reading);
  if (reading.whole || isFew(first.changes)) return { zone, reading, plan: first };
  // How much of the zone it is can only be said of the whole zone.
  const whole = await readZone(zone, "full", { signal, onRequest });
  return { zone, reading: whole, plan: plan(whole) };
}
