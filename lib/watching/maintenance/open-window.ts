import { randomUUID } from "node:crypto";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { readClock } from "#lib/platform/db/read-clock.ts";
import { quietRecordSchema } from "../schema.ts";

export interface OpenMaintenance {
  serviceId: string;
  /** Only this environment's monitors; null: all of the service. */
  environment: string | null;
  /** The run it is for, with which it ends; null: a person asked for it. */
  runId: number | null;
  openedById: string | null;
  reason: string;
  minutes: number;
}

const MINUTE_MS = 60_000;

/**
 * Wants a service's monitors quiet, in the caller's transaction; nothing outside is touched here. A worker pauses them within
 * seconds (or the step `watching.pause` at once), and resumes them at the window's end however that comes. A second call for
 * the same run, or by a person while one by a person is open, prolongs what there is.
 */
export async function openMaintenance(tx: Tx, window: OpenMaintenance): Promise<string> {
  const { serviceId, environment, runId, openedById, minutes } = window;
  // On the database's clock, as everything that ends it is.
  const endsAt = new Date((await readClock(tx)).getTime() + minutes * MINUTE_MS);
  const reason = window.reason.slice(0, 300);
  // Two at once: the second waits here, and finds the first's.
  await tx.$queryRaw`SELECT id FROM Service WHERE id = ${serviceId} FOR UPDATE`;
  const open = await tx.maintenanceWindow.findMany({
    where: { serviceId, runId, endedAt: null },
    orderBy: { startedAt: "desc" },
  });
  const present = open.find(({ paused }) => quietRecordSchema.parse(paused).environment === environment);
  if (present) {
    const later = present.endsAt > endsAt ? present.endsAt : endsAt;
    await tx.maintenanceWindow.update({ where: { id: present.id }, data: { endsAt: later, reason } });
    return present.id;
  }
  const id = randomUUID();
  const paused: Prisma.InputJsonObject = { environment, monitors: [] };
  await tx.maintenanceWindow.create({ data: { ...{ id, serviceId, runId, reason, openedById, paused, endsAt } } });
  return id;
}
