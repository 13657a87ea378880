"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ComparisonView, DeploymentView } from "#lib/releases/types.ts";
import type { RunPageView } from "#lib/runs/schema.ts";
import { api } from "../api-client.ts";
import { isMoving, isOpen } from "./release-words.ts";
import { useRefresh } from "./use-releases.ts";

const LOOK_MS = { moving: 1_500, open: 5_000, ended: 20_000 };
const paceOf = (deployment: DeploymentView | undefined) => {
  if (!deployment) return LOOK_MS.open;
  if (isMoving(deployment) || deployment.state === "approved") return LOOK_MS.moving;
  return isOpen(deployment) || deployment.evidenceHash === null ? LOOK_MS.open : LOOK_MS.ended;
};

const keyOf = (deploymentId: string) => ["deployments", "one", deploymentId];

/** The deployment as it is now. */
export function useDeployment(initialData: DeploymentView): DeploymentView {
  const deploymentId = initialData.id;
  const { data } = useQuery({
    queryKey: keyOf(deploymentId),
    queryFn: ({ signal }) => api("GET /deployments/{deploymentId}", { params: { deploymentId }, signal }),
    initialData,
    refetchInterval: ({ state }) => paceOf(state.data),
  });
  return data;
}

/** The run that carries it out, with its steps; undefined: there is none, or it is not here yet. */
export function useDeploymentRun(deployment: DeploymentView): RunPageView | undefined {
  const runId = deployment.run?.id ?? 0;
  const { data } = useQuery({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => api("GET /runs/{runId}", { params: { runId }, signal }),
    enabled: deployment.run !== null,
    refetchInterval: isMoving(deployment) ? LOOK_MS.moving : LOOK_MS.ended,
  });
  return deployment.run === null ? undefined : data;
}

/** Where an open one would go as it is now, with what staging has; undefined: it is over, or there is nothing to compare. */
export function useTarget(deployment: DeploymentView): ComparisonView | undefined {
  const { environment, release, kind } = deployment;
  const isAsked = isOpen(deployment) && kind === "release";
  const { data } = useQuery({
    queryKey: ["releases", "comparison", release.id, environment],
    queryFn: ({ signal }) => api("POST /deployments/compare", { body: { releaseId: release.id, environment }, signal }),
    enabled: isAsked,
    refetchInterval: LOOK_MS.ended,
    retry: false,
  });
  return isAsked ? data : undefined;
}

/** Does something to the deployment, takes the answer for the page, and looks again at everything that shows it. */
export function useDeploymentAct<Input = void>(act: (input: Input) => Promise<DeploymentView>) {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation<DeploymentView, Error, Input>({
    mutationFn: act,
    onSuccess: (deployment) => client.setQueryData(keyOf(deployment.id), deployment),
    onSettled: () => void refresh(),
  });
}
