import { expect, it } from "vitest";
import { type MonitorConfig, monitorConfigSchema } from "../schema.ts";
import { judgeProbe } from "./judge-probe.ts";

const begin = { state: "unknown", config: monitorConfigSchema.parse({ url: "http://x/" }) };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

/** Answers one after another; what was told at each. */
function play(answers: readonly boolean[]) {
  let now: { state: string; config: MonitorConfig } = begin;
  const told: (string | null)[] = [];
  for (const [second, ok] of answers.entries()) {
    const verdict = judgeProbe(now, { ok, words: ok ? "200 in 1 ms" : "ECONNREFUSED" }, at(second));
    const { state, misses, words, since } = verdict;
    now = { state, config: { ...now.config, misses, words, since } };
    told.push(verdict.tells);
  }
  return { ...now, told };
}

it("is down after two misses in a row and tells once, and once again when it is back", () => {
  expect(play([true, false, false, false, true, true]).told).toEqual([null, null, "down", null, "up", null]);
  expect(play([true, false, true, false, true]).told).toEqual([null, null, null, null, null]);
});

it("knows since when it is what it is", () => {
  expect(play([true, true, true])).toMatchObject({ state: "up", config: { since: at(0).toISOString() } });
  expect(play([true, false, false, false])).toMatchObject({ state: "down", config: { since: at(2).toISOString() } });
});

it("says nothing of one that was never up until it has missed twice", () => {
  expect(play([false])).toMatchObject({ state: "unknown", told: [null] });
  expect(play([false, false])).toMatchObject({ state: "down", told: [null, "down"] });
});
