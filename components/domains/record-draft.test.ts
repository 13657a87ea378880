import { describe, expect, it } from "vitest";
import { joinName } from "./join-name.ts";
import { blankDraft, contentOf } from "./record-draft.ts";

describe("what a form asks for", () => {
  it.each([
    ["blog", "blog.sam.example.org"],
    [" blog. ", "blog.sam.example.org"],
    ["a.b", "a.b.sam.example.org"],
    ["", "sam.example.org"],
    ["@", "sam.example.org"],
  ])("joins %j and the suffix", (label, name) => expect(joinName(label, "sam.example.org")).toBe(name));

  it("hands over what was typed, so that the server says what is wrong with it", () => {
    const draft = { ...blankDraft("sam.example.org", "MX"), rows: [["10", " mail.example.org "]], ttl: "" };
    expect(contentOf(draft)).toEqual({
      ...{ name: "sam.example.org", type: "MX", ttl: 0, values: ["10 mail.example.org"], description: "" },
    });
    expect(contentOf({ ...draft, ttl: "soon" }).ttl).toBeNaN();
  });
});
