import { randomUUID } from "node:crypto";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import type { Watcher } from "../constants.ts";
import { pingSecretName } from "../queries/find-monitor.ts";
import type { MonitorConfig } from "../schema.ts";

export interface KeptMonitor {
  serviceId: string;
  environment: string;
  system: Watcher;
  externalId: string;
  name: string;
  url: string;
  expectedStatus: number;
  /** Kept sealed, and used by the panel's probe. */
  pingUrl?: string;
}

/** Writes down that a system has the monitor. Safe to repeat: one that was removed and made again is the same row. */
export async function keepMonitor(tx: Tx, monitor: KeptMonitor): Promise<string> {
  const { serviceId, environment, system, externalId, name, url, expectedStatus, pingUrl } = monitor;
  const config: MonitorConfig = { url, expectedStatus, misses: 0, words: null, since: null };
  const data = { serviceId, environment, name, config: config as unknown as Prisma.InputJsonObject, removedAt: null };
  // Of one kind there is one to an environment: what was there under another id is gone.
  await forgetMonitors(tx, { serviceId, environment, system, not: externalId });
  const { id } = await tx.monitor.upsert({
    where: { system_externalId: { system, externalId } },
    create: { id: randomUUID(), system, externalId, state: "unknown", ...data },
    update: data,
    select: { id: true },
  });
  if (pingUrl) await storeSecret(tx, { name: pingSecretName(id), value: pingUrl, serviceId: null });
  return id;
}

/** After it is gone there. */
export async function forgetMonitors(
  tx: Tx,
  which: { serviceId: string; environment: string; system: Watcher; not?: string },
): Promise<void> {
  const { serviceId, environment, system, not } = which;
  const rows = await tx.monitor.findMany({
    where: { serviceId, environment, system, removedAt: null, ...(not === undefined ? {} : { externalId: { not } }) },
    select: { id: true },
  });
  for (const { id } of rows) {
    await tx.monitor.update({ where: { id }, data: { removedAt: new Date() } });
    await deleteSecret(tx, pingSecretName(id));
  }
}
