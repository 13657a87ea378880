"use client";

import { useMutation } from "@tanstack/react-query";
import { toast } from "sonner";
import type { RunPageView } from "#lib/runs/schema.ts";
import { ApiError, type ApiOptions, api } from "../api-client.ts";
import { useTakeRun } from "../runs/use-run.ts";

type NewEvidence = ApiOptions<"POST /items/{stepId}/evidence">["body"];

const tell = (error: Error) =>
  toast.error(error.message, error instanceof ApiError && error.advice ? { description: error.advice } : {});

/** What a reader can do with an item of a run besides writing. Forms show their own errors; single buttons say it in a toast. */
export function useItemActs(runId: number, stepId: number) {
  const take = useTakeRun(runId);
  const params = { stepId };
  const onSuccess = (run: RunPageView) => take(run);
  const claim = useMutation({
    mutationFn: (takeOver: boolean) => api("POST /items/{stepId}/claim", { params, body: { takeOver } }),
    onSuccess,
    onError: tell,
  });
  const release = useMutation({
    mutationFn: () => api("POST /items/{stepId}/release", { params }),
    onSuccess,
    onError: tell,
  });
  const remove = useMutation({
    mutationFn: (evidenceId: string) =>
      api("DELETE /items/{stepId}/evidence/{evidenceId}", { params: { stepId, evidenceId } }),
    onSuccess,
    onError: tell,
  });
  return {
    claim,
    release,
    remove,
    add: async (body: NewEvidence) => take(await api("POST /items/{stepId}/evidence", { params, body })),
    waive: async (body: { reason: string; until: string }) =>
      take(await api("POST /items/{stepId}/waive", { params, body })),
  };
}

export type ItemActs = ReturnType<typeof useItemActs>;
