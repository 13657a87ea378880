import { z } from "zod";
import { defineDownload } from "#lib/api/define-download.ts";
import { defineRoute } from "#lib/api/define-route.ts";
import { defineStream } from "#lib/api/define-stream.ts";
import { downloadLog, readLog } from "#lib/runs/queries/read-log.ts";
import { searchLog } from "#lib/runs/queries/search-log.ts";
import { logHit, logLine, runEvent } from "#lib/runs/schema.ts";
import { formatCursors, parseCursors, streamRun } from "#lib/runs/stream-run.ts";
import { rowId, runParams } from "./run-params.ts";

const events = defineStream({
  path: "/runs/{runId}/events",
  action: "runs.read",
  summary: "What happens to a run: its state, then its log line by line, until it has finished.",
  params: runParams,
  query: z.object({
    /** Where the reader left off in each attempt's log: `12.340,13.2`, as in the id of a log event. */
    after: z.string().max(4_000).optional(),
    /** The version of the run the reader has: it is sent only when there is a newer one. */
    version: z.coerce.number().int().min(0).optional(),
  }),
  output: runEvent,
  async *handler({ actor, params, query, lastEventId, signal }) {
    // A reconnecting EventSource repeats its first address, so what it saw last is newer.
    const cursors = parseCursors(lastEventId || query.after);
    const seen = query.version === undefined ? {} : { version: query.version };
    for await (const event of streamRun(actor, params.runId, { cursors, signal, ...seen }))
      yield { ...(event.type === "log" ? { id: formatCursors(cursors) } : {}), data: event };
  },
});

const range = defineRoute({
  method: "GET",
  path: "/attempts/{attemptId}/log",
  action: "runs.readLog",
  summary: "Lines of an attempt's log, both ends included, at most 2,000 of them.",
  params: z.object({ attemptId: rowId }),
  query: z.object({ from: rowId.default(1), to: rowId.default(2_147_483_647) }),
  output: z.object({ lines: z.array(logLine) }),
  handler: ({ actor, params, query }) => readLog(actor, { ...params, ...query }),
});

const search = defineRoute({
  method: "GET",
  path: "/runs/{runId}/log/search",
  action: "runs.readLog",
  summary: "Lines that hold a text, in any case, in the whole log of a run; at most 500.",
  params: runParams,
  query: z.object({ q: z.string() }),
  output: z.object({ hits: z.array(logHit), more: z.boolean() }),
  handler: ({ actor, params, query }) => searchLog(actor, { runId: params.runId, text: query.q }),
});

const asText = (fileName: string, body: AsyncIterable<string>) => ({
  fileName,
  contentType: "text/plain; charset=utf-8" as const,
  body,
});

const runText = defineDownload({
  path: "/runs/{runId}/log",
  action: "runs.readLog",
  summary: "The whole log of a run, as a text file.",
  params: runParams,
  handler: async ({ actor, params }) => asText(`run-${params.runId}.log`, await downloadLog(actor, params)),
});

const stepText = defineDownload({
  path: "/steps/{stepId}/log.txt",
  action: "runs.readLog",
  summary: "The log of a step with all its attempts, as a text file.",
  params: z.object({ stepId: rowId }),
  handler: async ({ actor, params }) => asText(`step-${params.stepId}.log`, await downloadLog(actor, params)),
});

const attemptText = defineDownload({
  path: "/attempts/{attemptId}/log.txt",
  action: "runs.readLog",
  summary: "The log of one attempt, as a text file.",
  params: z.object({ attemptId: rowId }),
  handler: async ({ actor, params }) => asText(`attempt-${params.attemptId}.log`, await downloadLog(actor, params)),
});

export const runLogRoutes = [events, range, search, runText, stepText, attemptText] as const;
