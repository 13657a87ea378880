import { describe, expect, it } from "vitest";
import { describeEnd, isMoving, stateOfRecord } from "./record-words.ts";
import { formatTtl } from "./ttl.ts";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();

describe("words about records", () => {
  it("has one for every state a record can be in", () => {
    const states = ["pending", "in_sync", "error", "drift", "removing", "removed"];
    expect(new Set(states.map((state) => stateOfRecord(state).word)).size).toBe(states.length);
    expect(states.filter(isMoving)).toEqual(["pending", "removing"]);
  });

  it.each([
    [180, "quiet"],
    [29, "soon"],
    [6, "near"],
  ])("says an end in %d days %sly", (days, tone) => {
    expect(describeEnd(inDays(days), NOW)).toEqual({ tone, text: `Ends in ${days} days` });
  });

  it.each([
    [60, "1 min"],
    [300, "5 min"],
    [5400, "90 min"],
    [86_400, "1 d"],
    [45, "45 s"],
  ])("writes a TTL of %d as %s", (seconds, text) => expect(formatTtl(seconds)).toBe(text));
});
