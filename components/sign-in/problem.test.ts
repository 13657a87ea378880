import { describe, expect, it } from "vitest";
import { explainProblem } from "./problem.ts";

describe("a sign-in that did not work", () => {
  it("asks to begin again when it took too long", () =>
    expect(explainProblem("saml.expired").text).toMatch(/Begin again/));
  it("names cookies when another browser finished it", () =>
    expect(explainProblem("saml.other_browser").text).toMatch(/cookies/));
  it("never repeats a code it does not know", () => {
    const { title, text } = explainProblem("<b>made up</b>");
    expect(title + text).not.toContain("made up");
  });
});
