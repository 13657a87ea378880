import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { findActive, setActive } from "../maintenance/set-active.ts";
import { listHeldByOthers, listOutside, type MaintenanceRow, readWindow } from "../queries/read-window.ts";
import type { Caller } from "../systems/types.ts";
import type { MonitorRef, QuietRecord } from "../types.ts";

/** Both ends of a window are one at a time for a service, whichever process they are in. */
export const lockOf = ({ serviceId }: { serviceId: string }) => `watching:${serviceId}`;
const ERROR_MAX = 500;

export interface QuietResult {
  /** Monitors the window keeps quiet. */
  monitors: MonitorRef[];
  /** What a system said instead, in words. */
  refusals: string[];
}

type Write = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Keeps what the window holds, unless it has ended meanwhile. */
async function note(write: Write, { id }: MaintenanceRow, record: QuietRecord, error: string | null) {
  const paused = record as unknown as Prisma.InputJsonObject;
  const kept = await write((tx) =>
    tx.maintenanceWindow.updateMany({
      where: { id, endedAt: null },
      data: { paused, error: error?.slice(0, ERROR_MAX) ?? null },
    }),
  );
  return kept.count > 0;
}

/**
 * Pauses what a window is to keep quiet. What is paused is written down first, so that whoever comes after a death knows what to
 * resume; what a person had paused before is left to that person. Null: somebody else is at it, or the window has ended.
 */
export async function quietWindow(
  windowId: string,
  { signal, guard }: Caller,
  { write = transaction, waitMs = 0 }: { write?: Write; waitMs?: number } = {},
): Promise<QuietResult | null> {
  const window = await readWindow(windowId);
  if (!window) return null;
  let result: QuietResult | null = null;
  await withNamedLock(
    lockOf(window),
    signal,
    async (held) => {
      result = await pause(windowId, { signal: held, guard }, write);
    },
    { waitMs },
  );
  return result;
}

async function pause(windowId: string, caller: Caller, write: Write): Promise<QuietResult | null> {
  const window = await readWindow(windowId);
  if (!window || window.endedAt) return null;
  const all = await listOutside(window.serviceId, window.record.environment);
  const mine = new Set(window.record.monitors.map(({ id }) => id));
  const others = await listHeldByOthers(window);
  const unknown = all.filter(({ id }) => !mine.has(id) && !others.has(id));
  const { active, refusals } = await findActive(unknown, caller.signal);
  const found = new Set(active.map(({ id }) => id));
  const monitors = all.filter(({ id }) => mine.has(id) || others.has(id) || found.has(id));
  const record: QuietRecord = { ...window.record, monitors };
  if (!(await note(write, window, record, null))) return null;
  const words = [...refusals, ...(await setActive(monitors, false, caller))].map((refusal) => refusal.words);
  await note(
    write,
    window,
    words.length === 0 ? { ...record, quietAt: new Date().toISOString() } : record,
    words.length === 0 ? null : words.join(" "),
  );
  const quiet = monitors.map(({ id }) => id);
  if (words.length === 0 && quiet.length > 0)
    await write((tx) => tx.monitor.updateMany({ where: { id: { in: quiet } }, data: { state: "paused" } }));
  return { monitors, refusals: words };
}
