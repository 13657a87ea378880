"use client";

import { Archive } from "lucide-react";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { useStartRun } from "./use-start-run.ts";

interface RunNowButtonProps {
  policyId: string;
  label?: string;
  size?: "sm" | "md";
}

/** Takes a backup outside the schedule and goes to its run. */
export function RunNowButton({ policyId, label = "Back up now", size = "md" }: RunNowButtonProps) {
  const run = useStartRun(() => api("POST /backup-policies/{policyId}/run", { params: { policyId } }));
  const isPending = run.isPending || run.isSuccess;
  return (
    <Button size={size} pending={isPending} onClick={() => run.mutate()}>
      {isPending ? null : <Archive aria-hidden />} {label}
    </Button>
  );
}
