import type { Tx } from "#lib/platform/db/client.ts";

/** Who holds the service's row changes its ticks. */
export async function lockService(tx: Tx, serviceId: string): Promise<LockedService | null> {
  const [row] = await tx.$queryRaw<LockedService[]>`
    SELECT id, name, state, ownerId, ticksDueAt, COALESCE(ticksDueAt <= UTC_TIMESTAMP(3), 0) AS isDue
      FROM Service WHERE id = ${serviceId} FOR UPDATE`;
  return row ?? null;
}

interface LockedService {
  id: string;
  name: string;
  state: string;
  ownerId: string;
  ticksDueAt: Date | null;
  /** 1: its ticks wait for a worker to look at them. */
  isDue: number | bigint;
}

/** Brings the counters that boards show up to date. What is waived counts neither way. */
export async function countTicks(tx: Tx, serviceId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE Service s
      JOIN (SELECT COALESCE(SUM(state <> 'waived'), 0) AS total, COALESCE(SUM(state = 'true'), 0) AS ok,
                   COALESCE(SUM(state IN ('false', 'unknown')), 0) AS open
              FROM Tick WHERE serviceId = ${serviceId}) t
       SET s.ticksTotal = t.total, s.ticksTrue = t.ok, s.ticksOpen = t.open
     WHERE s.id = ${serviceId}`;
}
