import type { Tx } from "#lib/platform/db/client.ts";
import { hasBegun } from "#lib/runs/queries/find-half-moved.ts";
import { ACTIVE_STATES, type RunState } from "#lib/runs/types.ts";
import { MOVE_KEYS } from "../constants.ts";

/** Moves of an environment whose run is under way, or ended half-way and was not gone back from. */
export async function listOpenMoves(tx: Tx, serviceId: string, environment: string) {
  const moves = await tx.move.findMany({
    where: { serviceId, environment, runId: { not: null } },
    select: { id: true, runId: true, toHost: true },
    orderBy: { createdAt: "desc" },
    take: 20,
  });
  const open: typeof moves = [];
  for (const move of moves) {
    const run = await tx.run.findUnique({ where: { id: move.runId ?? 0 }, select: { state: true } });
    const back = await tx.run.findFirst({
      where: { startKey: { startsWith: `${MOVE_KEYS.back}:${move.id}:` } },
      orderBy: { id: "desc" },
      select: { state: true },
    });
    const isActive = (state: string | undefined) => ACTIVE_STATES.includes(state as RunState);
    if (isActive(run?.state) || isActive(back?.state)) open.push(move);
    else if (run && run.state !== "succeeded" && back?.state !== "succeeded" && (await hasBegun(tx, move.runId ?? 0)))
      open.push(move);
  }
  return open;
}
