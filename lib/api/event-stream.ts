import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import type { StreamEvent } from "./define-stream.ts";
import { toErrorBody, toPublicError } from "./errors.ts";

export interface EventSource {
  events: AsyncIterable<StreamEvent<unknown>>;
  output: z.ZodType;
  stop: AbortController;
  mayStill: () => Promise<boolean>;
  requestId: string;
  request: Request;
}

/** Comments keep proxies from closing a quiet stream, and each is the moment to ask whether the reader still may. */
let heartbeatMs = 15_000;
/** A stream that fails at once should answer with a status, not with an event: wait this long for its first word. */
const FIRST_EVENT_MS = 250;
const LONG_POLL_MS = 20_000;
const LONG_POLL_GATHER_MS = 50;
const LONG_POLL_MOST = 500;

/** For tests, which do not wait so long. */
export function setHeartbeat(milliseconds: number): void {
  heartbeatMs = milliseconds;
}

// Next bundles routes and its start-up hook apart, so a module's own variable would exist twice.
const holder = globalThis as { seaworthyStreams?: Set<AbortController> };
holder.seaworthyStreams ??= new Set();
/** Streams now open in this process, so that a stopping process can end them. */
const open = holder.seaworthyStreams;

/** Ends every open stream: a browser reconnects, to another replica if this one is going away. */
export function closeStreams(): void {
  for (const stop of open) stop.abort();
}

async function* parsed({ events, output }: EventSource): AsyncGenerator<StreamEvent<unknown>, void> {
  for await (const event of events) yield { ...event, data: await output.parseAsync(event.data) };
}

function writeEvent({ id, event, data }: StreamEvent<unknown>): string {
  // A line break would begin another field of the event.
  const clean = (text: string) => text.replace(/[\r\n\0]/g, "");
  return `${id === undefined ? "" : `id: ${clean(id)}\n`}${event === undefined ? "" : `event: ${clean(event)}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Begins to read, so that a refusal inside the handler's generator is thrown here. */
async function begin(source: EventSource) {
  const iterator = parsed(source);
  const first = iterator.next();
  await Promise.race([first, delay(FIRST_EVENT_MS, undefined, { ref: false })]);
  return { iterator, first };
}

/** Answers with server-sent events until the source ends, the reader leaves or may no longer read. */
export async function streamEvents(source: EventSource): Promise<Response> {
  const { stop, mayStill, requestId, request } = source;
  const { iterator, first } = await begin(source);
  // Its failure is read by the loop below; until then it must not count as unhandled.
  first.catch(() => undefined);
  const encoder = new TextEncoder();
  open.add(stop);
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearInterval(timer);
    open.delete(stop);
    stop.abort();
    // A source that waits on something deaf to the signal is left behind; nobody waits for it.
    void iterator.return(undefined).catch(() => undefined);
  };
  let next: Promise<IteratorResult<StreamEvent<unknown>, void>> | undefined = first;
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
    stop.signal.addEventListener("abort", () => resolve({ done: true, value: undefined }), { once: true });
  });
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(": open\n\n"));
      request.signal.addEventListener("abort", () => stop.abort(), { once: true });
      timer = setInterval(async () => {
        // While the database is away nobody can be asked; the stream then ends, and the reconnect says why.
        if (!(await mayStill().catch(() => false))) return stop.abort();
        if (!stop.signal.aborted) controller.enqueue(encoder.encode(": still here\n\n"));
      }, heartbeatMs);
      timer.unref();
    },
    async pull(controller) {
      try {
        const result = await Promise.race([next ?? iterator.next(), aborted]);
        next = undefined;
        if (!result.done) return controller.enqueue(encoder.encode(writeEvent(result.value)));
      } catch (error) {
        const data = toErrorBody(toPublicError(error), requestId);
        controller.enqueue(encoder.encode(writeEvent({ event: "error", data })));
      }
      end();
      controller.close();
    },
    cancel: end,
  });
  return new Response(stream, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
      Connection: "keep-alive",
    },
  });
}

/** The long poll: waits for a first event, gathers what follows at once, and ends. */
export async function collectEvents(source: EventSource): Promise<Response> {
  const { stop, request } = source;
  const events: StreamEvent<unknown>[] = [];
  const iterator = parsed(source);
  request.signal.addEventListener("abort", () => stop.abort(), { once: true });
  let ended = false;
  try {
    for (let left = LONG_POLL_MS; events.length < LONG_POLL_MOST; left = LONG_POLL_GATHER_MS) {
      const result = await Promise.race([iterator.next(), delay(left, "late" as const, { signal: stop.signal })]);
      if (result === "late") break;
      ended = result.done === true;
      if (result.done) break;
      events.push(result.value);
    }
  } finally {
    stop.abort();
    void iterator.return(undefined).catch(() => undefined);
  }
  return Response.json({ events, ended });
}
