import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { OUTSIDE_WATCHERS, type OutsideWatcher } from "../constants.ts";
import { type MonitorConfig, monitorConfigSchema } from "../schema.ts";
import { pingSecretName } from "./find-monitor.ts";

const BATCH = 200;
const SECOND_MS = 1_000;

const dueBefore = (seconds: number) => ({
  OR: [{ checkedAt: null }, { checkedAt: { lt: new Date(Date.now() - seconds * SECOND_MS) } }],
});

export interface DueProbe {
  id: string;
  serviceId: string;
  serviceName: string;
  ownerId: string;
  environment: string;
  state: string;
  config: MonitorConfig;
}

/** Pages the panel has not looked at for a while. Those whose service is worked on are left alone. */
export async function listDueProbes(): Promise<DueProbe[]> {
  const rows = await db().monitor.findMany({
    where: { system: "panel", removedAt: null, ...dueBefore(config().WATCHING_PROBE_S) },
    include: { service: { select: { name: true, ownerId: true } } },
    orderBy: { checkedAt: "asc" },
    take: BATCH,
  });
  return rows.map(({ id, serviceId, environment, state, config: kept, service }) => ({
    ...{ id, serviceId, serviceName: service.name, ownerId: service.ownerId, environment, state },
    config: monitorConfigSchema.parse(kept),
  }));
}

/** Monitors at a system whose state was not asked for a while. */
export async function listDueOutside(system: OutsideWatcher): Promise<{ id: string; externalId: string }[]> {
  return db().monitor.findMany({
    where: { system, removedAt: null, ...dueBefore(config().WATCHING_PROBE_S) },
    select: { id: true, externalId: true },
    orderBy: { checkedAt: "asc" },
    take: BATCH,
  });
}

/** Where the check of the same place is pinged; null: there is none. */
export async function findPingUrl(serviceId: string, environment: string): Promise<string | null> {
  const check = await db().monitor.findFirst({
    where: { serviceId, environment, system: OUTSIDE_WATCHERS[1], removedAt: null },
    select: { id: true },
  });
  const secret = check ? await findSecret(db(), pingSecretName(check.id)) : null;
  return secret?.value.toString("utf8") ?? null;
}
