"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { HomeView } from "#lib/services/types.ts";
import { api } from "../api-client.ts";

/** What waits, moves and ails. The sidebar, the bar of runs and the home page share one question. */
export function useHome(initialData?: HomeView): UseQueryResult<HomeView> {
  return useQuery({
    queryKey: ["home"],
    queryFn: ({ signal }) => api("GET /home", { signal }),
    refetchInterval: (query) => (query.state.data?.inMotion.length ? 3_000 : 12_000),
    ...(initialData ? { initialData } : {}),
  });
}

/** Without what waits for an approval, which is asked for apart. */
export const countWaiting = ({ waiting }: HomeView): number => waiting.steps.length + waiting.failedRuns.length;
