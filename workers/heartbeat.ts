import { sql } from "#lib/platform/db/sql.ts";
import { type Loop, startLoop } from "#lib/runs/loop.ts";

const EVERY_MS = 5_000;

/** Says in MySQL that this worker lives and which queues it serves. */
export function startHeartbeat(workerId: string, queues: readonly string[]): Loop {
  return startLoop("heartbeat", EVERY_MS, () =>
    sql.run(
      `INSERT INTO Worker (id, queues, startedAt, seenAt) VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE seenAt = UTC_TIMESTAMP(3)`,
      [workerId, queues.join(",")],
    ),
  );
}

export async function endHeartbeat(workerId: string): Promise<void> {
  await sql.run("DELETE FROM Worker WHERE id = ?", [workerId]);
}
