"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import type { RunPageView } from "#lib/runs/schema.ts";
import { api } from "../../api-client.ts";
import { isActive } from "../../state-of.ts";

export interface LogPosition {
  stepKey: string;
  attempt: number;
  attemptId: number;
  seq: number;
}

/** Looks for a text in the whole log of a run, on the server; hits in reading order. `go` moves to the next or the one before. */
export function useLogSearch(run: RunPageView, onGo: (hit: LogPosition) => void) {
  const [text, setText] = useState("");
  const [at, setAt] = useState<number>();
  const wanted = useDeferredValue(text).trim();
  const answer = useQuery({
    queryKey: ["run", run.id, "search", wanted],
    queryFn: ({ signal }) =>
      api("GET /runs/{runId}/log/search", { params: { runId: run.id }, query: { q: wanted }, signal }),
    enabled: wanted !== "",
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    refetchInterval: isActive(run.state) ? 5_000 : false,
  });
  const hits = useMemo(() => {
    const order = new Map(
      run.steps.flatMap((step) =>
        step.attempts.map((attempt) => [attempt.id, { step, attempt: attempt.number }] as const),
      ),
    );
    return (wanted === "" ? [] : (answer.data?.hits ?? []))
      .flatMap((hit): (LogPosition & { position: number })[] => {
        const where = order.get(hit.attemptId);
        if (!where) return [];
        const { step, attempt } = where;
        return [{ position: step.position, stepKey: step.key, attempt, attemptId: hit.attemptId, seq: hit.seq }];
      })
      .sort((a, b) => a.position - b.position || a.attempt - b.attempt || a.seq - b.seq);
  }, [answer.data, run.steps, wanted]);

  function go(by: 1 | -1) {
    if (hits.length === 0) return;
    const next = at === undefined ? (by === 1 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length;
    const hit = hits[next];
    if (!hit) return;
    setAt(next);
    onGo(hit);
  }

  return {
    text,
    setText: (value: string) => {
      setText(value);
      setAt(undefined);
    },
    wanted,
    go,
    hit: at === undefined ? undefined : hits[at],
    at,
    count: hits.length,
    more: answer.data?.more ?? false,
    isLooking: wanted !== "" && (answer.isFetching || wanted !== text.trim()) && hits.length === 0,
    problem: answer.error?.message,
  };
}

export type LogSearch = ReturnType<typeof useLogSearch>;
