import type { RunPageEvent } from "#lib/runs/schema.ts";

/** `ended`: the run has finished, and nothing more will come of itself. */
export type StreamState = "connecting" | "live" | "polling" | "away" | "ended";

type Source = Pick<EventSource, "close"> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<string>) => void) | null;
  onerror: ((event: Event) => void) | null;
};

interface RunStreamOptions {
  /** The address with everything the reader has already. */
  url: () => string;
  onEvent: (event: RunPageEvent) => void;
  onState: (state: StreamState) => void;
  createSource?: (url: string) => Source;
  fetchEvents?: (url: string, signal: AbortSignal) => Promise<Response>;
  /** First pause before trying again; doubles up to `longestMs`. */
  shortestMs?: number;
  longestMs?: number;
}

/** So many connections in a row that brought nothing: something on the way keeps streams back. */
const FAILURES_BEFORE_POLLING = 3;
/** The way may be open again later. */
const POLL_FOR_MS = 120_000;

const askForJson = (url: string, signal: AbortSignal) =>
  fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", signal });

/**
 * Follows a run until it ends or `close` is called: by server-sent events, opened again with what was seen last whenever they
 * break, and by long polls where streams do not get through.
 */
export function openRunStream(options: RunStreamOptions): { close: () => void } {
  const { url, onEvent, onState, shortestMs = 250, longestMs = 10_000 } = options;
  const createSource = options.createSource ?? ((address: string): Source => new EventSource(address));
  const fetchEvents = options.fetchEvents ?? askForJson;
  const stop = new AbortController();
  let source: Source | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  function end(state: StreamState): void {
    stop.abort();
    source?.close();
    clearTimeout(timer);
    onState(state);
  }

  function take(event: RunPageEvent): void {
    failures = 0;
    if (event.type === "end") end("ended");
    else onEvent(event);
  }

  function later(work: () => void): void {
    const pause = Math.min(longestMs, shortestMs * 2 ** Math.max(0, failures - 1));
    // Spread, so that not everybody comes back in the same moment after a restart.
    timer = setTimeout(work, pause * (0.5 + Math.random() / 2));
  }

  function connect(): void {
    if (stop.signal.aborted) return;
    const opened = createSource(url());
    source = opened;
    opened.onopen = () => onState("live");
    opened.onmessage = (message) => take(JSON.parse(message.data) as RunPageEvent);
    // Its own reconnecting would begin at the first address again.
    opened.onerror = () => {
      opened.close();
      if (stop.signal.aborted) return;
      failures++;
      if (failures >= FAILURES_BEFORE_POLLING) return void poll(Date.now() + POLL_FOR_MS);
      onState("connecting");
      later(connect);
    };
  }

  async function poll(until: number): Promise<void> {
    if (stop.signal.aborted) return;
    try {
      const response = await fetchEvents(url(), stop.signal);
      // Signed out, or the run may no longer be read: asking again changes nothing.
      if (response.status >= 400 && response.status < 500) return end("away");
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const { events } = (await response.json()) as { events: { data: RunPageEvent }[] };
      failures = 0;
      onState("polling");
      for (const event of events) take(event.data);
      if (stop.signal.aborted) return;
      if (Date.now() < until) return void poll(until);
      connect();
    } catch {
      if (stop.signal.aborted) return;
      failures++;
      onState("away");
      later(() => void poll(until));
    }
  }

  onState("connecting");
  connect();
  return {
    close: () => {
      stop.abort();
      source?.close();
      clearTimeout(timer);
    },
  };
}
