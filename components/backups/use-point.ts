"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { BackupPoint } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";

const LOOK_MS = { busy: 2_000, quiet: 10_000 };

/** The restore point as it is now. */
export function usePoint(initialData: BackupPoint): BackupPoint {
  const backupId = initialData.id;
  const { data } = useQuery({
    queryKey: ["backups", "point", backupId],
    queryFn: ({ signal }) => api("GET /backups/{backupId}", { params: { backupId }, signal }),
    initialData,
    refetchInterval: ({ state }) =>
      state.data?.state === "running" || state.data?.restores.some((one) => one.state === "running")
        ? LOOK_MS.busy
        : LOOK_MS.quiet,
  });
  return data;
}

/** Does something to a restore point, then looks again at all of them. */
export function usePointAct<Input = void>(act: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: ["backups"] }) });
}
