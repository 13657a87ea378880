"use client";

import { useQuery } from "@tanstack/react-query";
import type { ZoneView } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";

/** The zone as it is now. */
export function useZone(initialData: ZoneView): ZoneView {
  const zoneId = initialData.id;
  const { data } = useQuery({
    queryKey: ["zones", "one", zoneId],
    queryFn: ({ signal }) => api("GET /zones/{zoneId}", { params: { zoneId }, signal }),
    initialData,
    refetchInterval: 5_000,
  });
  return data;
}
