import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { setActive } from "../maintenance/set-active.ts";
import { listHeldByOthers, listOutside, type MaintenanceRow, readWindow } from "../queries/read-window.ts";
import type { Caller } from "../systems/types.ts";
import type { MonitorRef } from "../types.ts";
import { lockOf } from "./quiet-window.ts";

const ERROR_MAX = 500;
const WATCHER: Actor = { kind: "system", name: "maintenance", requestId: "maintenance" };

export interface EndResult {
  resumed: MonitorRef[];
  /** What a system said instead, in words: the window stays, and is tried again. */
  refusals: string[];
}

type Write = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** What of it is still there and nobody else keeps quiet. */
async function listOwn(window: MaintenanceRow): Promise<MonitorRef[]> {
  const others = await listHeldByOthers(window);
  const present = new Set((await listOutside(window.serviceId, null)).map(({ id }) => id));
  return window.record.monitors.filter(({ id }) => present.has(id) && !others.has(id));
}

/**
 * Resumes what a window has paused and ends it once that is so. Null: somebody else is at it, or it has ended.
 */
export async function endWindow(
  windowId: string,
  { signal, guard }: Caller,
  { write = transaction, waitMs = 0 }: { write?: Write; waitMs?: number } = {},
): Promise<EndResult | null> {
  const window = await readWindow(windowId);
  if (!window) return null;
  let result: EndResult | null = null;
  await withNamedLock(
    lockOf(window),
    signal,
    async (held) => {
      result = await resume(windowId, { signal: held, guard }, write);
    },
    { waitMs },
  );
  return result;
}

async function resume(windowId: string, caller: Caller, write: Write): Promise<EndResult | null> {
  const window = await readWindow(windowId);
  if (!window || window.endedAt) return null;
  const resumed = await listOwn(window);
  const refusals = (await setActive(resumed, true, caller)).map(({ words }) => words);
  await write(async (tx) => {
    if (refusals.length > 0) {
      const error = refusals.join(" ").slice(0, ERROR_MAX);
      await tx.maintenanceWindow.updateMany({ where: { id: windowId, endedAt: null }, data: { error } });
      return;
    }
    const ended = await tx.$executeRaw`UPDATE MaintenanceWindow SET endedAt = UTC_TIMESTAMP(3), error = NULL
      WHERE id = ${windowId} AND endedAt IS NULL`;
    if (ended === 0) return;
    await tx.monitor.updateMany({
      where: { id: { in: resumed.map(({ id }) => id) }, state: "paused" },
      data: { state: "unknown", checkedAt: null },
    });
    await recordAudit(tx, WATCHER, {
      action: "monitors.resume",
      subjectType: "service",
      subjectId: window.serviceId,
      detail: {
        ...{ service: window.serviceName, window: windowId, runId: window.runId },
        monitors: resumed.map(({ system, name }) => `${system}: ${name}`),
      },
    });
  });
  return { resumed, refusals };
}

/** A while after its end: a call of somebody who had died or slept may have come through late. */
export async function lookAgain(windowId: string, signal: AbortSignal): Promise<void> {
  const window = await readWindow(windowId);
  if (!window) return;
  await withNamedLock(lockOf(window), signal, async (held) => {
    const refusals = await setActive(await listOwn(window), true, { signal: held, guard: async () => {} });
    if (refusals.length > 0) return;
    const paused = { ...window.record, lookedAgain: true } as unknown as Prisma.InputJsonObject;
    await transaction((tx) => tx.maintenanceWindow.update({ where: { id: windowId }, data: { paused } }));
  });
}
