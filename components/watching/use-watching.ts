"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { WatchingView } from "#lib/watching/types.ts";
import { api } from "../api-client.ts";

const keyOf = (serviceName: string) => ["monitors", serviceName];

export function useWatching(serviceName: string, initialData: WatchingView): WatchingView {
  const { data } = useQuery({
    queryKey: keyOf(serviceName),
    queryFn: ({ signal }) => api("GET /services/{serviceName}/monitors", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.windows.some(({ endedAt }) => endedAt === null) ? 2_000 : 10_000),
  });
  return data;
}

/** Something done with the monitors; afterwards the page shows them as they are then. */
export function useWatchingAct<Input, Output>(serviceName: string, act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(serviceName) }),
  });
}
