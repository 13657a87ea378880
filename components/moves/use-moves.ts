"use client";

import { useQuery } from "@tanstack/react-query";
import type { MovesView, MoveView } from "#lib/moves/types.ts";
import { api } from "../api-client.ts";

const LOOK_MS = { moving: 1_500, still: 20_000 };
const MOVING: readonly MoveView["state"][] = ["preparing", "down", "switched"];
export const isMoving = (move: MoveView) => MOVING.includes(move.state);

export const movesKey = (serviceName: string) => ["moves", serviceName];

/** A service's moves, looked at often while one is under way. */
export function useMoves(serviceName: string, initialData: MovesView): MovesView {
  const { data } = useQuery({
    queryKey: movesKey(serviceName),
    queryFn: ({ signal }) => api("GET /services/{serviceName}/moves", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.moves.some(isMoving) ? LOOK_MS.moving : LOOK_MS.still),
  });
  return data;
}

/** The move that a run carries out; `isOne` is false for every other run, of which nothing is asked. */
export function useMoveOfRun(
  runId: number,
  { isOne, isActive }: { isOne: boolean; isActive: boolean },
): MoveView | null {
  const { data } = useQuery({
    queryKey: ["moves", "run", runId, isActive],
    queryFn: ({ signal }) => api("GET /runs/{runId}/move", { params: { runId }, signal }),
    enabled: isOne,
    refetchInterval: isActive ? LOOK_MS.moving : LOOK_MS.still,
  });
  return data?.move ?? null;
}
