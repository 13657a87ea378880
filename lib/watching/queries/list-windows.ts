import { sql } from "#lib/platform/db/sql.ts";

const BATCH = 100;
/** A lease that has just ended may be another worker's in a moment. */
const LEASE_GRACE_S = 10;
/** A worker says every five seconds that it lives. */
const WORKER_SILENCE_S = 20;
/** When an ended window is looked at once more, and until when. */
const SETTLE_S = { from: 15, to: 180 };

/**
 * Whether a window's run is alive: a step of it is held by a worker or was a moment ago, or could be taken by a worker that
 * lives, or it only waits for a person who is to confirm something. One that waits because a step has failed is not.
 */
const RUN_LIVES = `
  EXISTS (SELECT 1 FROM Step s WHERE s.runId = r.id AND (
    (s.state = 'running' AND s.leaseUntil > UTC_TIMESTAMP(3) - INTERVAL ${LEASE_GRACE_S} SECOND)
    OR s.finishedAt > UTC_TIMESTAMP(3) - INTERVAL ${LEASE_GRACE_S} SECOND
    OR (s.state = 'ready' AND EXISTS (
      SELECT 1 FROM Worker w WHERE w.seenAt > UTC_TIMESTAMP(3) - INTERVAL ${WORKER_SILENCE_S} SECOND
        AND FIND_IN_SET(s.queue, w.queues)))
    OR (r.state = 'waiting' AND s.state = 'needs_person' AND s.error IS NULL)))
  AND NOT (r.state = 'waiting' AND EXISTS (
    SELECT 1 FROM Step s WHERE s.runId = r.id AND s.state = 'needs_person' AND s.error IS NOT NULL))`;

/** Windows whose end has come: its time, its run's end, or its run's death. The longest open first. */
export async function listEnding(): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT m.id FROM MaintenanceWindow m LEFT JOIN Run r ON r.id = m.runId
     WHERE m.endedAt IS NULL AND (
       m.endsAt <= UTC_TIMESTAMP(3)
       OR (m.runId IS NOT NULL AND (r.id IS NULL OR r.state IN ('succeeded', 'failed', 'cancelled') OR NOT (${RUN_LIVES}))))
     ORDER BY m.endsAt LIMIT ${BATCH}`,
  );
  return rows.map(({ id }) => id);
}

/** Open ones whose monitors nobody has paused yet. */
export async function listUnquiet(): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT id FROM MaintenanceWindow
     WHERE endedAt IS NULL AND endsAt > UTC_TIMESTAMP(3) AND JSON_EXTRACT(paused, '$.quietAt') IS NULL
     ORDER BY endsAt LIMIT ${BATCH}`,
  );
  return rows.map(({ id }) => id);
}

/** Ended a moment ago, and not looked at again since. */
export async function listSettling(): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT id FROM MaintenanceWindow
     WHERE endedAt BETWEEN UTC_TIMESTAMP(3) - INTERVAL ${SETTLE_S.to} SECOND AND UTC_TIMESTAMP(3) - INTERVAL ${SETTLE_S.from} SECOND
       AND JSON_EXTRACT(paused, '$.lookedAgain') IS NULL
     ORDER BY endedAt LIMIT ${BATCH}`,
  );
  return rows.map(({ id }) => id);
}
