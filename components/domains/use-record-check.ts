"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { CheckRecord } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { useSettled } from "../ui/use-settled.ts";

/** What the server would say of the record, asked whenever the typing pauses. */
export function useRecordCheck(asked: CheckRecord, enabled: boolean) {
  const settled = useSettled(asked);
  return useQuery({
    queryKey: ["records", "check", settled],
    queryFn: ({ signal }) => api("POST /records/check", { body: settled, signal }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
