import type { QueueName } from "#lib/platform/config/settings.ts";
import { countWaitingBells, type Ring, ringBells } from "./bells.ts";
import type { Finisher } from "./finisher.ts";
import { type Loop, startLoop } from "./loop.ts";
import { findStuckRuns, findUnclaimed, takeBackLost } from "./store/sweep.ts";

/** A step nobody came for this long after its bell is rung for again. */
const QUIET_MS = 5_000;
/** With this many bells waiting, silence means a busy queue and not a lost bell. */
const MANY_BELLS = 500;

export interface SweeperOptions {
  queues: readonly QueueName[];
  everyMs: number;
  finisher: Finisher;
  quietMs?: number;
  /** Redis is away: the engine may run these itself. */
  offer(rings: readonly Ring[]): void;
}

/** Makes sure that what MySQL says is to be done gets done, whatever happened to workers and to Redis. */
export function startSweeper({ queues, everyMs, finisher, quietMs = QUIET_MS, offer }: SweeperOptions): Loop {
  async function ringAgain(queue: QueueName): Promise<void> {
    const waiting = await countWaitingBells(queue).catch(() => null);
    if (waiting !== null && waiting > MANY_BELLS) return;
    const rings = await findUnclaimed(queue, quietMs);
    await ringBells(rings).catch(() => offer(rings));
  }

  return startLoop("sweeper", everyMs, async () => {
    const lost = await takeBackLost();
    if (lost.taken > 0) await finisher.follow(lost, lost.runIds);
    for (const queue of queues) await ringAgain(queue);
    await finisher.settleSoon(await findStuckRuns());
  });
}
