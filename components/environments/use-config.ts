"use client";

import { useQuery } from "@tanstack/react-query";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";

export interface Place {
  serviceName: string;
  environment: string;
}

export const configKey = ({ serviceName, environment }: Place) => ["environments", "config", serviceName, environment];

const readConfig = ({ serviceName, environment }: Place, version: number | undefined, signal: AbortSignal) =>
  api("GET /services/{serviceName}/environments/{environment}/config", {
    params: { serviceName, environment },
    query: { version },
    signal,
  });

/** The newest settings of an environment, asked again and again. */
export function useConfig(place: Place, initialData: EnvironmentConfigView): EnvironmentConfigView {
  const { data } = useQuery({
    queryKey: configKey(place),
    queryFn: ({ signal }) => readConfig(place, undefined, signal),
    initialData,
    refetchInterval: 10_000,
  });
  return data;
}

/** One version of them, which never changes. */
export function useConfigVersion(place: Place, version: number | null, known: EnvironmentConfigView | null) {
  return useQuery({
    queryKey: [...configKey(place), "version", version],
    queryFn: ({ signal }) => readConfig(place, version ?? undefined, signal),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    ...(known && known.version === version ? { initialData: known } : {}),
  });
}
