"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "../api-client.ts";
import { isActive } from "../state-of.ts";
import { useDraft } from "./draft-context.tsx";
import { draftKey } from "./use-autosave.ts";

const POLL_MS = 400;

/** The dry run of the draft as it is now: begun by itself when there is none, and followed until it is complete. */
export function usePlan() {
  const { draft, checked, isChecked } = useDraft();
  const client = useQueryClient();
  const params = { draftId: draft.id };
  const begin = useMutation({
    mutationFn: () => api("POST /drafts/{draftId}/plan", { params }),
    onSuccess: () => client.invalidateQueries({ queryKey: draftKey(draft.id) }),
  });
  const runId = draft.planIsCurrent ? draft.planRun?.id : undefined;
  const run = useQuery({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => api("GET /runs/{runId}", { params: { runId: runId ?? 0 }, signal }),
    enabled: runId !== undefined,
    refetchInterval: ({ state }) => (state.data && !isActive(state.data.state) ? false : POLL_MS),
  });

  // Once for each revision: a refusal is shown, not repeated.
  const asked = useRef(0);
  const mayBegin = isChecked && checked.check.ready && runId === undefined && draft.service?.state !== "live";
  const { mutate } = begin;
  useEffect(() => {
    if (!mayBegin || asked.current === draft.rev) return;
    asked.current = draft.rev;
    mutate();
  }, [mayBegin, draft.rev, mutate]);

  return { begin, run: runId === undefined ? undefined : run.data, error: begin.error ?? run.error, mayBegin };
}
