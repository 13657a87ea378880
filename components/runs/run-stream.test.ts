import { expect, test, vi } from "vitest";
import type { RunPageEvent } from "#lib/runs/schema.ts";
import { openRunStream, type StreamState } from "./run-stream.ts";

type Options = Parameters<typeof openRunStream>[0];
type Source = ReturnType<NonNullable<Options["createSource"]>>;

const log = (seq: number): RunPageEvent => ({
  type: "log",
  attemptId: 7,
  lines: [{ seq, at: 0, stream: "i", text: "x" }],
});

function open(more: Partial<Options> = {}) {
  const sources: { url: string; source: Source; closed: boolean }[] = [];
  const states: StreamState[] = [];
  let seen = 0;
  const stream = openRunStream({
    url: () => `/events?after=7.${seen}`,
    onEvent: (event) => {
      if (event.type === "log") seen = event.lines.at(-1)?.seq ?? seen;
    },
    onState: (state) => states.push(state),
    createSource: (url) => {
      const source: Source = { onopen: null, onmessage: null, onerror: null, close: () => {} };
      const entry = { url, source, closed: false };
      source.close = () => {
        entry.closed = true;
      };
      sources.push(entry);
      return source;
    },
    fetchEvents: () => new Promise(() => {}),
    shortestMs: 1,
    longestMs: 4,
    ...more,
  });
  const say = (event: RunPageEvent) =>
    sources.at(-1)?.source.onmessage?.({ data: JSON.stringify(event) } as MessageEvent<string>);
  const fail = () => sources.at(-1)?.source.onerror?.(new Event("error"));
  return { stream, sources, states, say, fail };
}

test("a broken stream is opened again after what was seen last", async () => {
  const { stream, sources, say, fail } = open();
  say(log(5));
  fail();
  await expect.poll(() => sources.map((one) => one.url)).toEqual(["/events?after=7.0", "/events?after=7.5"]);
  expect(sources[0]?.closed).toBe(true);
  stream.close();
  expect(sources[1]?.closed).toBe(true);
});

test("the end closes it for good", () => {
  const { sources, states, say, fail } = open();
  say({ type: "end" });
  fail();
  expect([sources.length, sources[0]?.closed, states.at(-1)]).toEqual([1, true, "ended"]);
});

test("where streams do not get through, long polls go on from the same place", async () => {
  const asked: string[] = [];
  const fetchEvents = vi.fn(async (url: string) => {
    asked.push(url);
    const events = asked.length === 1 ? [{ data: log(3) }] : [{ data: log(4) }, { data: { type: "end" } }];
    return Response.json({ events });
  });
  const { sources, states, fail } = open({ fetchEvents });
  for (let n = 1; n <= 3; n++) {
    await expect.poll(() => sources.length).toBe(n);
    fail();
  }
  await expect.poll(() => states.at(-1)).toBe("ended");
  expect(asked).toEqual(["/events?after=7.0", "/events?after=7.3"]);
  expect(states).toContain("polling");
});

test("a refusal is not asked again; trouble on the way is", async () => {
  const answers = [new Response(null, { status: 502 }), new Response(null, { status: 401 })];
  const fetchEvents = vi.fn(async () => answers.shift() ?? new Response(null, { status: 500 }));
  const { sources, states, fail } = open({ fetchEvents });
  for (let n = 1; n <= 3; n++) {
    await expect.poll(() => sources.length).toBe(n);
    fail();
  }
  await expect.poll(() => fetchEvents.mock.calls.length).toBe(2);
  await expect.poll(() => states.filter((state) => state === "away").length).toBe(2);
});
