"use client";

import { useQuery } from "@tanstack/react-query";
import type { ServiceView } from "#lib/services/types.ts";
import { api } from "../api-client.ts";
import { isActive } from "../state-of.ts";

/** The service as it is now; its header and every tab share one question. */
export function useService(initialData: ServiceView): ServiceView {
  const { data } = useQuery({
    queryKey: ["services", "one", initialData.name],
    queryFn: ({ signal }) => api("GET /services/{serviceName}", { params: { serviceName: initialData.name }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.runs.some((run) => isActive(run.state)) ? 3_000 : 10_000),
  });
  return data;
}
