"use client";

import { useQuery } from "@tanstack/react-query";
import type { DataChangePage } from "#lib/data-changes/types.ts";
import type { ApprovalsQueue } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";

const LOOK_MS = 10_000;

/** Everything that waits for somebody's word. */
export interface WaitingForMe {
  queue: ApprovalsQueue;
  dataChanges: DataChangePage["rows"];
}

const EMPTY: WaitingForMe = { queue: { waiting: [], mine: [] }, dataChanges: [] };

/** What waits for the reader's word; the sidebar's count, Home and the page of approvals share one question. */
export function useApprovals(initialData?: WaitingForMe, enabled = true) {
  const { data = EMPTY, error } = useQuery({
    queryKey: ["approvals"],
    queryFn: async ({ signal }): Promise<WaitingForMe> => {
      const [queue, { rows }] = await Promise.all([
        api("GET /approvals", { signal }),
        api("GET /data-changes", { query: { filter: "waiting", limit: 100 }, signal }),
      ]);
      return { queue, dataChanges: rows };
    },
    refetchInterval: LOOK_MS,
    enabled,
    ...(initialData ? { initialData } : {}),
  });
  return { ...data, count: data.queue.waiting.length + data.dataChanges.length, error };
}
