"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { GroupKey } from "#lib/services/constants.ts";
import type { AnswerGroup } from "#lib/services/schema/answers.ts";
import type { DraftView } from "#lib/services/types.ts";
import { ApiError, api } from "../api-client.ts";
import { applyEdits, type Clash, dropSaved, type Edits, hasEdits, mergeStale, withEdit } from "./edits.ts";

const PAUSE_MS = 400;
const RETRY_MS = 4_000;
const TRIES = 4;

export const draftKey = (draftId: string) => ["draft", draftId] as const;

type Outcome = "saved" | "stale" | "failed";

/** Somebody else saved the same draft. */
export interface StaleNotice {
  clashes: Clash[];
  changed: AnswerGroup[];
}

/** Trouble on the way is worth trying again by itself; what the server refused is not. */
const isPassing = (error: Error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500;

/** A draft that saves itself: what is typed shows at once, goes out after a pause, and is never dropped unsaid. */
export function useAutosave(initial: DraftView) {
  const client = useQueryClient();
  const key = useMemo(() => draftKey(initial.id), [initial.id]);
  const params = useMemo(() => ({ draftId: initial.id }), [initial.id]);
  const [edits, setEditsState] = useState<Edits>({});
  const latest = useRef<Edits>({});
  const running = useRef<Promise<Outcome> | null>(null);
  const [savedAt, setSavedAt] = useState<number>();
  const [failure, setFailure] = useState<Error>();
  const [notice, setNotice] = useState<StaleNotice>();
  const isDirty = hasEdits(edits);

  // While something waits to be saved, a newer draft must come through the merge below, never around it.
  const { data: draft } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api("GET /drafts/{draftId}", { params, signal }),
    initialData: initial,
    // The page may come from the browser's memory of an earlier visit.
    staleTime: 0,
    enabled: !isDirty,
  });
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (body: { rev: number; answers: Edits; group?: GroupKey }) =>
      api("PATCH /drafts/{draftId}", { params, body: body as never }),
  });

  const setEdits = useCallback((next: Edits) => {
    latest.current = next;
    setEditsState(next);
  }, []);

  const takeTheirs = useCallback(
    async (base: DraftView) => {
      const theirs = await api("GET /drafts/{draftId}", { params });
      const merged = mergeStale(base.answers, theirs.answers, latest.current);
      client.setQueryData(key, theirs);
      setEdits(merged.edits);
      if (merged.changed.length > 0)
        setNotice((before) => ({ clashes: [...(before?.clashes ?? []), ...merged.clashes], changed: merged.changed }));
    },
    [client, key, params, setEdits],
  );

  const saveOnce = useCallback(
    async (group: GroupKey | undefined): Promise<Outcome> => {
      await client.cancelQueries({ queryKey: key });
      const base = client.getQueryData<DraftView>(key) ?? initial;
      const sent = latest.current;
      try {
        const saved = await mutateAsync({ rev: base.rev, answers: sent, ...(group ? { group } : {}) });
        client.setQueryData(key, saved);
        setEdits(dropSaved(latest.current, sent));
        setSavedAt(Date.now());
        setFailure(undefined);
        return "saved";
      } catch (caught) {
        const error = caught instanceof Error ? caught : new Error("The draft was not saved.");
        if (!(error instanceof ApiError) || error.code !== "draft.stale") {
          setFailure(error);
          return "failed";
        }
        return takeTheirs(base).then(
          () => "stale" as const,
          (again: Error) => {
            setFailure(again);
            return "failed" as const;
          },
        );
      }
    },
    [client, initial, key, mutateAsync, setEdits, takeTheirs],
  );

  /** Saves now what there is to save, and which page the reader turns to. False when it could not be. */
  const flush = useCallback(
    async (group?: GroupKey): Promise<boolean> => {
      for (let tries = 0; tries < TRIES; tries += 1) {
        while (running.current) await running.current;
        if (!hasEdits(latest.current) && !group) return true;
        running.current = saveOnce(group);
        const outcome = await running.current;
        running.current = null;
        if (outcome === "failed") return false;
        if (outcome === "saved") group = undefined;
      }
      return !hasEdits(latest.current);
    },
    [saveOnce],
  );

  const change = useCallback(
    (group: AnswerGroup, fields: Record<string, unknown>) => {
      setFailure(undefined);
      setEdits(withEdit(latest.current, group, fields));
    },
    [setEdits],
  );

  useEffect(() => {
    if (!hasEdits(edits) || (failure && !isPassing(failure))) return;
    const timer = setTimeout(() => void flush(), failure ? RETRY_MS : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [edits, failure, flush]);

  const answers = useMemo(() => applyEdits(draft.answers, edits), [draft.answers, edits]);
  const dismissNotice = useCallback(() => setNotice(undefined), []);
  return { draft, answers, isDirty, isSaving: isPending, savedAt, failure, notice, dismissNotice, change, flush };
}
