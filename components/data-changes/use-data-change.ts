"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { DataChangeView } from "#lib/data-changes/types.ts";
import { api } from "../api-client.ts";

const keyOf = (id: string) => ["data-changes", "one", id];
const isMoving = (change: DataChangeView | undefined) => change?.state === "running" || change?.isPreviewing;

/** The data change as it is now; every card of its page shares one question. */
export function useDataChange(initialData: DataChangeView): DataChangeView {
  const { data } = useQuery({
    queryKey: keyOf(initialData.id),
    queryFn: ({ signal }) =>
      api("GET /data-changes/{dataChangeId}", { params: { dataChangeId: initialData.id }, signal }),
    initialData,
    refetchInterval: ({ state }) => (isMoving(state.data) ? 1_500 : 10_000),
  });
  return data;
}

/** Something done with it; afterwards the page shows it as it is then. */
export function useDataChangeAct<Input, Output>(id: string, act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ["data-changes"] }),
    mutationKey: keyOf(id),
  });
}
