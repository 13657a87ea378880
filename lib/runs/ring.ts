import type { QueueName } from "#lib/platform/config/settings.ts";
import { type Sql, sql } from "#lib/platform/db/sql.ts";
import { logger } from "#lib/platform/logger.ts";
import { type Ring, ringBells } from "./bells.ts";
import { wakeWatchers } from "./wake.ts";

/** Steps of these runs that could go on and for which no bell was rung yet. */
async function findUnrung(runIds: readonly number[]): Promise<Ring[]> {
  if (runIds.length === 0) return [];
  const rows = await sql.rows<{ id: number; queue: QueueName }>(
    "SELECT id, queue FROM Step WHERE runId IN (?) AND state = 'ready' AND rungAt IS NULL",
    [runIds],
  );
  return rows.map((row) => ({ stepId: row.id, queue: row.queue }));
}

/** Rings for steps and notes that it did; the note comes second, so that dying between the two rings twice, never not at all. */
async function ringAndNote(rings: readonly Ring[], on: Sql = sql): Promise<void> {
  if (rings.length === 0) return;
  await ringBells(rings);
  await on.run("UPDATE Step SET rungAt = UTC_TIMESTAMP(3) WHERE id IN (?) AND state = 'ready'", [
    rings.map((ring) => ring.stepId),
  ]);
}

/** Rings for what these runs have ready. Throws when Redis is away. */
export async function ringRuns(runIds: readonly number[]): Promise<void> {
  await ringAndNote(await findUnrung(runIds));
  wakeWatchers(runIds);
}

/** After the commit that made steps ready, so that they start within milliseconds. Best effort: the relay rings for the outbox row. */
export async function ringRun(runId: number): Promise<void> {
  try {
    await ringRuns([runId]);
  } catch (error) {
    logger.warn(
      { runId, error: error instanceof Error ? error.message : String(error) },
      "could not ring; the relay will",
    );
  }
}
