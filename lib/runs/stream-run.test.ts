import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { cancelRun } from "./commands/cancel-run.ts";
import { closeWakeups } from "./run-wakeups.ts";
import { formatCursors, parseCursors, streamRun } from "./stream-run.ts";
import { compiled, openStage, type Stage, startRun, testStep, untilState } from "./testing/stage.ts";
import type { RunEvent } from "./types.ts";

let stage: Stage;
const LINES = 300;
const steps = [
  testStep("test.talk", async (input, ctx) => {
    for (let i = 1; i <= Number(input.lines ?? LINES); i++) {
      ctx.log.info(`${ctx.step.key} ${i}`);
      if (i % 20 === 0) await delay(15);
    }
  }),
  testStep("test.wait", async (_input, ctx) => {
    for (;;) {
      await ctx.guard();
      await delay(20);
    }
  }),
];

beforeAll(async () => {
  stage = await openStage("stream");
  await stage.startEngine(steps);
});
afterAll(async () => {
  closeWakeups();
  await stage.close();
});

interface Watched {
  seqs: Map<number, number[]>;
  states: string[];
  ended: boolean;
}

async function watch(events: AsyncIterable<RunEvent>, into: Watched, stopAfter = Number.POSITIVE_INFINITY) {
  let count = 0;
  for await (const event of events) {
    if (event.type === "run") into.states.push(event.run.state);
    if (event.type === "end") into.ended = true;
    if (event.type === "log")
      into.seqs.set(event.attemptId, [
        ...(into.seqs.get(event.attemptId) ?? []),
        ...event.lines.map((line) => line.seq),
      ]);
    if (++count >= stopAfter) return;
  }
}

const watched = (): Watched => ({ seqs: new Map(), states: [], ended: false });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("the stream of a run", () => {
  it("gives every reader each line once and in order, whenever they come", async () => {
    const { runId } = await startRun(stage.actor, [
      compiled("a", "test.talk"),
      compiled("b", "test.talk"),
      compiled("c", "test.talk", ["a", "b"]),
    ]);
    const readers = [watched(), watched(), watched()];
    await Promise.all(
      readers.map(async (reader, i) => {
        await delay(i * 120);
        await watch(streamRun(stage.actor, runId), reader);
      }),
    );
    for (const reader of readers) {
      expect([...reader.seqs.values()]).toEqual([upTo(LINES), upTo(LINES), upTo(LINES)]);
      expect([reader.states.at(-1), reader.ended]).toEqual(["succeeded", true]);
    }
  });

  it("goes on where a reader was cut off, again and again", async () => {
    const { runId } = await startRun(stage.actor, [compiled("a", "test.talk"), compiled("b", "test.talk")]);
    const reader = watched();
    for (let after = ""; !reader.ended; ) {
      const cursors = parseCursors(after);
      await watch(streamRun(stage.actor, runId, { cursors }), reader, 3);
      after = formatCursors(cursors);
    }
    expect([...reader.seqs.values()]).toEqual([upTo(LINES), upTo(LINES)]);
  });

  it("gives a newcomer the end of a long log only", async () => {
    const { runId } = await startRun(stage.actor, [compiled("a", "test.talk", [], { input: { lines: 3_000 } })]);
    await untilState(runId, "finished");
    const reader = watched();
    await watch(streamRun(stage.actor, runId), reader);
    expect([...reader.seqs.values()]).toEqual([Array.from({ length: 1_000 }, (_, i) => 2_001 + i)]);
  });

  it("works without Redis", async () => {
    closeWakeups();
    overrideConfig({ REDIS_URL: "redis://127.0.0.1:1" });
    const { runId } = await startRun(stage.actor, [compiled("a", "test.talk")]);
    const reader = watched();
    await watch(streamRun(stage.actor, runId), reader);
    overrideConfig({});
    closeWakeups();
    expect([...reader.seqs.values()]).toEqual([upTo(LINES)]);
    expect(reader.ended).toBe(true);
  });

  it("ends when its reader leaves, and shows a cancel while it lasts", async () => {
    const { runId } = await startRun(stage.actor, [compiled("a", "test.wait")]);
    const leaving = new AbortController();
    const reader = watched();
    const done = watch(streamRun(stage.actor, runId, { signal: leaving.signal }), reader);
    await untilState(runId, ["running"]);
    leaving.abort();
    await done;
    expect(reader.ended).toBe(false);
    const stayer = watched();
    const stayed = watch(streamRun(stage.actor, runId), stayer);
    await cancelRun(stage.actor, runId, []);
    await stayed;
    expect([stayer.states.at(-1), stayer.ended]).toEqual(["cancelled", true]);
  });

  it("reads cursors that make sense and leaves the rest out", () => {
    expect([...parseCursors("12.340, 13.2,x,14,-1.2,1e3.4")]).toEqual([
      [12, 340],
      [13, 2],
    ]);
    expect(parseCursors(null).size).toBe(0);
  });
});
