import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { listEnding, listSettling, listUnquiet } from "../queries/list-windows.ts";
import { type MaintenanceRow, readWindow } from "../queries/read-window.ts";
import { endWindow, lookAgain } from "./end-window.ts";
import { quietWindow } from "./quiet-window.ts";

/** One window that takes long keeps no other one open. */
const AT_ONCE = 8;
const TELL_AFTER_MS = 180_000;
const TENDER: Actor = { kind: "system", name: "maintenance", requestId: "maintenance" };

async function each(ids: readonly string[], signal: AbortSignal, work: (id: string) => Promise<unknown>) {
  const queue = [...ids];
  const failures: unknown[] = [];
  const go = async () => {
    for (let next = queue.shift(); next && !signal.aborted; next = queue.shift())
      await work(next).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, go));
  if (failures.length > 0) throw failures[0];
}

/**
 * Ends what has to end, whoever opened it and whatever became of them; then pauses what is wanted quiet. Any number of workers
 * may do this at the same time.
 */
export async function tendWindows(signal: AbortSignal): Promise<void> {
  const caller = { signal, guard: async () => signal.throwIfAborted() };
  await each(await listEnding(), signal, async (id) => {
    const result = await endWindow(id, caller);
    if (result && result.refusals.length > 0) await tellStuck(id);
  });
  await each(await listUnquiet(), signal, (id) => quietWindow(id, caller));
  await each(await listSettling(), signal, (id) => lookAgain(id, signal));
}

/** After minutes in vain the owner is told, once: a monitor that stays paused sees nothing. */
async function tellStuck(windowId: string): Promise<void> {
  const window = await readWindow(windowId);
  if (!window || window.record.toldAt || Date.now() - window.endsAt.getTime() < TELL_AFTER_MS) return;
  const runId = await transaction(async (tx) => {
    const [locked] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM MaintenanceWindow WHERE id = ${windowId} AND endedAt IS NULL
        AND JSON_EXTRACT(paused, '$.toldAt') IS NULL FOR UPDATE`;
    if (!locked) return null;
    const paused = { ...window.record, toldAt: new Date().toISOString() } as unknown as Prisma.InputJsonObject;
    await tx.maintenanceWindow.update({ where: { id: windowId }, data: { paused } });
    return startNotice(tx, window);
  });
  if (runId !== null) await ringRun(runId);
}

async function startNotice(tx: Parameters<typeof createRun>[0], window: MaintenanceRow): Promise<number> {
  const title = `Tell its owner that monitors of ${window.serviceName} stay paused`;
  const { runId } = await createRun(tx, TENDER, {
    mode: "apply",
    checklist: { key: NOTICE.key, version: NOTICE.version },
    title: title.slice(0, 200),
    ...{ serviceId: window.serviceId, environment: window.record.environment },
    startKey: `monitors-stuck:${window.id}`,
    steps: compileChecklist(NOTICE, {
      title,
      mail: { template: "monitors-stuck", toUserId: window.ownerId, windowId: window.id },
    }),
  });
  return runId;
}
