"use client";

import { useMutation } from "@tanstack/react-query";
import { Archive } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { ApiError, api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";

/** Takes a backup outside the schedule and goes to its run. */
export function BackUpNow({ serviceName }: { serviceName: string }) {
  const router = useRouter();
  const backUp = useMutation({
    mutationFn: () => api("POST /services/{serviceName}/backups", { params: { serviceName } }),
    onSuccess: ({ runId }) => router.push(`/runs/${runId}`),
    onError: (error) => toast.error(error.message, error instanceof ApiError ? { description: error.advice } : {}),
  });
  return (
    <Button size="sm" onClick={() => backUp.mutate()} pending={backUp.isPending || backUp.isSuccess}>
      <Archive aria-hidden /> Back up now
    </Button>
  );
}
