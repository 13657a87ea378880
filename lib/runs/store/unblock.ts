import type { QueueName } from "#lib/platform/config/settings.ts";
import type { Sql } from "#lib/platform/db/sql.ts";
import type { Ring } from "../bells.ts";

export interface Unblocked {
  rings: (Ring & { runId: number })[];
}

/**
 * Tells the steps that wait for these, just done, that there is one dependency less. Exactly once for each: the caller holds the
 * rows it moved to `succeeded` in this transaction. Concurrent callers meet at the waiting step's row, and the last one sees zero.
 */
export async function unblockAfter(sql: Sql, doneIds: readonly number[]): Promise<Unblocked> {
  const unblocked: Unblocked = { rings: [] };
  if (doneIds.length === 0) return unblocked;
  const edges = await sql.rows<{ toId: number; done: number }>(
    `SELECT e.toId, COUNT(*) AS done FROM StepEdge e JOIN Step s ON s.id = e.toId
     WHERE e.fromId IN (?) AND s.pendingDeps > 0 GROUP BY e.toId ORDER BY e.toId`,
    [doneIds],
  );
  if (edges.length === 0) return unblocked;
  const byCount = [...Map.groupBy(edges, (edge) => Number(edge.done))].sort(([a], [b]) => a - b);
  const ids = edges.map((edge) => edge.toId);
  const lowering = byCount.map(([count, same]) =>
    sql.run("UPDATE Step SET pendingDeps = pendingDeps - ? WHERE id IN (?)", [count, same.map((edge) => edge.toId)]),
  );
  // Sent after them on the same connection, so it sees what they did.
  const reading = sql.rows<{ id: number; runId: number; queue: QueueName; name: string }>(
    "SELECT id, runId, queue, name FROM Step WHERE id IN (?) AND state = 'blocked' AND pendingDeps = 0",
    [ids],
  );
  const [moved] = await Promise.all([reading, ...lowering]);
  if (moved.length === 0) return unblocked;
  await sql.run(
    `UPDATE Step SET state = IF(name = 'manual', 'needs_person', 'ready'), readyAt = UTC_TIMESTAMP(3),
       rungAt = UTC_TIMESTAMP(3), version = version + 1
     WHERE id IN (?)`,
    [moved.map((step) => step.id)],
  );
  for (const step of moved.filter((one) => one.name !== "manual"))
    unblocked.rings.push({ stepId: step.id, queue: step.queue, runId: step.runId });
  return unblocked;
}
