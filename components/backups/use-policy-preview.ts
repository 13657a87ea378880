"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { PolicySettings } from "#lib/backups/schema/policy.ts";
import { api } from "../api-client.ts";
import { useSettled } from "../ui/use-settled.ts";

/** What the schedule and the retention would give, asked whenever the typing pauses. */
export function usePolicyPreview(policyId: string | null, settings: PolicySettings, enabled: boolean) {
  const { cron, timeZone, jitterMinutes, retention } = settings;
  const settled = useSettled({ policyId, cron, timeZone, jitterMinutes, retention });
  return useQuery({
    queryKey: ["backup-policies", "preview", settled],
    queryFn: ({ signal }) => api("POST /backup-policies/preview", { body: settled, signal }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
