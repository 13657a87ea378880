"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { tellFailure } from "../domains/tell-failure.ts";

/** Starts something that is a run, and goes to see it. */
export function useStartRun(start: () => Promise<{ runId: number }>) {
  const router = useRouter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: start,
    onSuccess: ({ runId }) => {
      void client.invalidateQueries({ queryKey: ["backups"] });
      router.push(`/runs/${runId}`);
    },
    onError: tellFailure,
  });
}
