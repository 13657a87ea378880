import { describe, expect, it } from "vitest";
import { judgeAnswer } from "./judge-answer.ts";

const wanted = { values: ["10 mail.example.org", "20 Backup.example.org"] };
const judge = (values: string[] | null, isCache = false, want: typeof wanted | null = wanted) =>
  judgeAnswer({ values, problem: values ? null : "timed out" }, want, isCache).word;

describe("judging what a server answers", () => {
  it("calls the same values right in any order and case", () => {
    expect(judge(["20 backup.example.org", "10 mail.example.org"])).toBe("Right");
  });
  it("calls what a resolver still keeps an older answer, and the same from a name server another one", () => {
    expect(judge(["10 old.example.org"], true)).toBe("Older answer");
    expect(judge(["10 old.example.org"])).toBe("Another answer");
  });
  it("tells apart not there, not known yet, and no answer at all", () => {
    expect([judge([]), judge([], true), judge(null)]).toEqual(["Not there", "Not known yet", "No answer"]);
  });
  it("wants nothing of a removed record", () => {
    expect([judge([], false, null), judge(["10 mail.example.org"], false, null)]).toEqual(["Gone", "Still there"]);
  });
});
