import { describe, expect, it } from "vitest";
import type { Finding } from "./ask-step.ts";
import { judge, judgeByHand, type Standing } from "./judge.ts";

const ticked: Standing = { state: "true", misses: 0, reason: "It is there." };
const silence: Finding = { outcome: "unanswered", reason: "Docker did not answer." };

describe("a look", () => {
  it("unticks what is no longer so, and ticks what is so again", () => {
    const gone = judge(ticked, { outcome: "false", reason: "There is no folder." });
    expect(gone).toEqual({ state: "false", misses: 0, reason: "There is no folder." });
    expect(judge(gone, { outcome: "true", reason: "It is there." })).toEqual(ticked);
  });

  it("without an answer leaves the tick, and a second one in a row makes it unknown", () => {
    const once = judge(ticked, silence);
    expect(once).toEqual({ ...ticked, misses: 1 });
    expect(judge(once, silence)).toEqual({ state: "unknown", misses: 2, reason: "Docker did not answer." });
    expect(judge(judge(once, silence), { outcome: "true", reason: "It is there." })).toEqual(ticked);
    expect(judge(judge(once, { outcome: "true", reason: "It is there." }), silence).state).toBe("true");
  });

  it("without an answer does not forget what was wrong", () => {
    const gone: Standing = { state: "false", misses: 0, reason: "There is no folder." };
    expect(judge(judge(judge(gone, silence), silence), silence)).toEqual({ ...gone, misses: 3 });
  });
});

describe("a person's item", () => {
  const step = { state: "succeeded", confirmedBy: "Olive", waivedBy: null, reason: null, until: null };
  const now = new Date("2027-01-10T00:00:00Z");

  it("stays as it was confirmed", () => {
    expect(judgeByHand(step, now)).toMatchObject({ state: "true", reason: "Confirmed by Olive." });
  });

  it("is waived until its waiver ends, and open from then on", () => {
    const waived = { ...step, state: "skipped", confirmedBy: null, waivedBy: "Mark", reason: "The old firewall" };
    expect(judgeByHand({ ...waived, until: new Date("2027-01-11T00:00:00Z") }, now)).toMatchObject({
      state: "waived",
      reason: "Waived by Mark until 2027-01-11: The old firewall",
    });
    expect(judgeByHand({ ...waived, until: now }, now)).toMatchObject({
      state: "false",
      reason: "The waiver by Mark ended on 2027-01-10: The old firewall",
    });
  });
});
