"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { ServiceTicks } from "#lib/ticks/types.ts";
import { api } from "../api-client.ts";

/** A service's ticks as they are, and the wish for a look right now. */
export function useTicks(serviceName: string, initialData: ServiceTicks) {
  const queryKey = ["services", "ticks", serviceName];
  const client = useQueryClient();
  const params = { serviceName };
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api("GET /services/{serviceName}/ticks", { params, signal }),
    initialData,
    // Quick while a look is under way.
    refetchInterval: ({ state }) => (isDue(state.data) ? 2_000 : 15_000),
  });
  const check = useMutation({
    mutationFn: () => api("POST /services/{serviceName}/ticks/check", { params }),
    onSuccess: () => {
      toast.success("The next worker looks at every item.");
      return client.invalidateQueries({ queryKey });
    },
    onError: (error) => toast.error(error.message),
  });
  return { ticks: data, check };
}

/** Its turn has come, and it has not been looked at since. */
const isDue = (ticks: ServiceTicks | undefined) =>
  ticks?.dueAt !== null && ticks?.dueAt !== undefined && Date.parse(ticks.dueAt) <= Date.now();
