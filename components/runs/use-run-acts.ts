"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import type { RunPageView } from "#lib/runs/schema.ts";
import { ApiError, api } from "../api-client.ts";
import { useTakeRun } from "./use-run.ts";

/** What a reader can do with a run. Those that fail say so in a toast; the dialogs show their own errors. */
export function useRunActs(run: RunPageView) {
  const take = useTakeRun(run.id);
  const router = useRouter();
  const params = { runId: run.id };
  const retry = useMutation({
    mutationFn: () => api("POST /runs/{runId}/retry", { params }),
    onSuccess: take,
    onError: (error) => toast.error(error.message, error instanceof ApiError ? { description: error.advice } : {}),
  });
  return {
    retry: () => retry.mutate(),
    isRetrying: retry.isPending,
    cancel: async () => take(await api("POST /runs/{runId}/cancel", { params })),
    undo: async () => router.push(`/runs/${(await api("POST /runs/{runId}/undo", { params })).runId}`),
  };
}

export type RunActs = ReturnType<typeof useRunActs>;
