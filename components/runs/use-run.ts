"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RunPageView } from "#lib/runs/schema.ts";
import { api, apiPath } from "../api-client.ts";
import { isActive } from "../state-of.ts";
import { LogStore } from "./log/log-store.ts";
import { openRunStream, type StreamState } from "./run-stream.ts";

const runKey = (runId: number) => ["run", runId];
/** The stream brings every change; this is for what it missed, and for a finished run that somebody takes up again. */
const LOOK_MS = { active: 20_000, finished: 10_000 };

const newerOf = (known: RunPageView | undefined, got: RunPageView) =>
  known && known.version > got.version ? known : got;

/** Puts an answer of the API in place of what is known of the run, unless that is newer. */
export function useTakeRun(runId: number): (run: RunPageView) => void {
  const client = useQueryClient();
  return (run) =>
    client.setQueryData<RunPageView>(runKey(runId), (known) => (run.id === runId ? newerOf(known, run) : known));
}

/** The run, live, and its log. */
export function useRun(initialData: RunPageView): { run: RunPageView; store: LogStore; stream: StreamState } {
  const client = useQueryClient();
  const runId = initialData.id;
  const { data: run } = useQuery({
    queryKey: runKey(runId),
    queryFn: async ({ signal }) =>
      newerOf(
        client.getQueryData<RunPageView>(runKey(runId)),
        await api("GET /runs/{runId}", { params: { runId }, signal }),
      ),
    initialData,
    staleTime: LOOK_MS.finished,
    refetchInterval: (query) =>
      query.state.data && isActive(query.state.data.state) ? LOOK_MS.active : LOOK_MS.finished,
  });
  const [store] = useState(
    () =>
      new LogStore({
        load: async (attemptId, from, to) =>
          (await api("GET /attempts/{attemptId}/log", { params: { attemptId }, query: { from, to } })).lines,
      }),
  );
  const [stream, setStream] = useState<StreamState>("connecting");

  useEffect(() => {
    for (const step of run.steps)
      for (const attempt of step.attempts) if (attempt.lines > 0) store.noteTotal(attempt.id, attempt.lines);
  }, [run, store]);

  // Opened again when a finished run goes on.
  const [opening, setOpening] = useState(1);
  const goesOn = stream === "ended" && isActive(run.state);
  useEffect(() => {
    if (goesOn) setOpening((n) => n + 1);
  }, [goesOn]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `opening` is when to open it again
  useEffect(() => {
    const following = openRunStream({
      url: () =>
        apiPath(
          "/runs/{runId}/events",
          { runId },
          {
            after: store.cursors() || undefined,
            version: client.getQueryData<RunPageView>(runKey(runId))?.version,
          },
        ),
      onEvent: (event) => {
        if (event.type === "log") store.add(event.attemptId, event.lines);
        if (event.type === "run") client.setQueryData<RunPageView>(runKey(runId), (known) => newerOf(known, event.run));
      },
      onState: setStream,
    });
    return following.close;
  }, [runId, opening, store, client]);

  return { run, store, stream };
}
