"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RecordDetail } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { isMoving } from "./record-words.ts";

const recordKey = (id: string) => ["records", "one", id];

/** The record as it is now; asked often while it is on its way. */
export function useRecord(initialData: RecordDetail): RecordDetail {
  const recordId = initialData.id;
  const { data } = useQuery({
    queryKey: recordKey(recordId),
    queryFn: ({ signal }) => api("GET /records/{recordId}", { params: { recordId }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data && isMoving(state.data.state) ? 1_000 : 10_000),
  });
  return data;
}

type RecordAct =
  | "POST /records/{recordId}/renew"
  | "POST /records/{recordId}/restore"
  | "POST /records/{recordId}/adopt"
  | "POST /records/{recordId}/put-right"
  | "DELETE /records/{recordId}";

/** Does something to a record and looks again at all records. */
export function useRecordAct(recordId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: RecordAct) => api(act, { params: { recordId } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["records"] }),
  });
}
