import { expect, test, vi } from "vitest";
import type { LogLine } from "#lib/runs/types.ts";
import { BLOCK, LogStore } from "./log-store.ts";

const line = (seq: number): LogLine => ({ seq, at: 0, stream: "i", text: `line ${seq}` });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i));
const load = async (_attempt: number, from: number, to: number) => range(from, to);

test("what the stream repeats is dropped, and the cursor stands at its last line", () => {
  const store = new LogStore({ load });
  store.add(7, range(1, 3));
  store.add(7, range(2, 5));
  store.add(7, range(1, 5));
  store.add(8, range(1, 1));
  expect([store.total(7), store.line(7, 5)?.text, store.cursors()]).toEqual([5, "line 5", "7.5,8.1"]);
});

test("a newcomer has the tail, and reads what is before it by range when somebody looks", async () => {
  const asked = vi.fn(load);
  const store = new LogStore({ load: asked });
  store.noteTotal(7, 100_000);
  store.add(7, range(99_001, 100_000));
  expect([store.total(7), store.line(7, 1), store.line(7, 99_500)?.seq]).toEqual([100_000, undefined, 99_500]);
  store.want(7, 99_400, 100_000);
  expect(asked).not.toHaveBeenCalled();
  store.want(7, 40, 700);
  store.want(7, 40, 700);
  await expect.poll(() => store.line(7, 700)?.text).toBe("line 700");
  expect(asked.mock.calls).toEqual([
    [7, 1, BLOCK],
    [7, BLOCK + 1, 2 * BLOCK],
  ]);
  // Looking back does not move the cursor of the stream.
  expect(store.cursors()).toBe("7.100000");
});

test("a gap is filled by a range, and a line that does not exist is asked for once", async () => {
  const asked = vi.fn(async (_attempt: number, from: number, to: number) =>
    range(from, to).filter((one) => one.seq !== 4),
  );
  const store = new LogStore({ load: asked });
  store.add(7, [line(1), line(2), line(6)]);
  store.want(7, 1, 6);
  await expect.poll(() => store.line(7, 4)).toBe(null);
  expect([store.line(7, 3)?.seq, store.line(7, 5)?.seq]).toEqual([3, 5]);
  store.want(7, 1, 6);
  expect(asked).toHaveBeenCalledTimes(1);
});

test("a hundred thousand lines keep a bounded number in memory", async () => {
  const store = new LogStore({ load, mostBlocks: 10 });
  for (let from = 1; from <= 100_000; from += 2_000) store.add(7, range(from, from + 1_999));
  expect([store.total(7), store.size]).toEqual([100_000, 10]);
  expect([store.line(7, 1), store.line(7, 100_000)?.seq]).toEqual([undefined, 100_000]);
  store.want(7, 1, 1);
  await expect.poll(() => store.line(7, 1)?.seq).toBe(1);
  expect(store.size).toBe(10);
});

test("those who listen hear once of what came together", async () => {
  const store = new LogStore({ load });
  const heard = vi.fn();
  const stop = store.subscribe(heard);
  store.add(7, range(1, 10));
  store.add(7, range(11, 20));
  await Promise.resolve();
  expect(heard).toHaveBeenCalledTimes(1);
  stop();
  store.add(7, range(21, 22));
  await Promise.resolve();
  expect(heard).toHaveBeenCalledTimes(1);
});
