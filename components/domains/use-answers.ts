"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { RecordDetail } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { isMoving } from "./record-words.ts";

/** What is answered for the record now; the cards of its page share one question. */
export function useAnswers({ id: recordId, version, state }: RecordDetail) {
  return useQuery({
    // Of one version of the record in one state: a change asks again at once.
    queryKey: ["records", "answers", recordId, version, state],
    queryFn: ({ signal }) => api("GET /records/{recordId}/answers", { params: { recordId }, signal }),
    staleTime: 30_000,
    refetchInterval: isMoving(state) ? 3_000 : false,
    placeholderData: keepPreviousData,
  });
}
