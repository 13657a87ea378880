"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { EnvironmentList, ReleaseView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { isMoving } from "./release-words.ts";

const LOOK_MS = { busy: 2_500, quiet: 12_000 };

/** A service's environments as they are now; the strip and every form share one question. */
export function useEnvironments(serviceName: string, initialData: EnvironmentList, enabled = true): EnvironmentList {
  const { data } = useQuery({
    queryKey: ["releases", "environments", serviceName],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/environments", { params: { serviceName }, signal }),
    initialData,
    enabled,
    refetchInterval: ({ state }) =>
      state.data?.environments.some((one) => one.movingId !== null || one.state === "adding")
        ? LOOK_MS.busy
        : LOOK_MS.quiet,
  });
  return data;
}

/** One release as it is now. */
export function useRelease(initialData: ReleaseView): ReleaseView {
  const releaseId = initialData.id;
  const { data } = useQuery({
    queryKey: ["releases", "one", releaseId],
    queryFn: ({ signal }) => api("GET /releases/{releaseId}", { params: { releaseId }, signal }),
    initialData,
    refetchInterval: ({ state }) =>
      state.data?.state === "resolving" || state.data?.deployments.some(isMoving) ? LOOK_MS.busy : LOOK_MS.quiet,
  });
  return data;
}

/** Looks again at everything about releases, after something was done to one. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      ["releases", "deployments", "approvals", "home"].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
  };
}
