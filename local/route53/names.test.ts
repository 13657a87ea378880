import { describe, expect, it } from "vitest";
import { canonicalName, compareNames, InvalidNameError, parentName, wireName } from "./names.ts";

describe("names", () => {
  it("are kept in lower case with a trailing dot", () => {
    expect(canonicalName("WWW.Example.COM")).toBe("www.example.com.");
    expect(canonicalName("www.example.com.")).toBe("www.example.com.");
  });

  it("show a wildcard and other odd bytes as octal escapes, and read them back", () => {
    expect(canonicalName("*.example.com")).toBe("\\052.example.com.");
    expect(canonicalName("\\052.example.com")).toBe("\\052.example.com.");
    expect(canonicalName("_acme-challenge.é.test")).toBe("_acme-challenge.\\303\\251.test.");
    expect(wireName("\\052.example.com.")).toBe("*.example.com");
  });

  it.each(["a..example.com", `${"x".repeat(64)}.example.com`, `${"abcdefg.".repeat(40)}com`])("refuse %s", (name) => {
    expect(() => canonicalName(name)).toThrow(InvalidNameError);
  });

  it("sort by reversed labels", () => {
    const names = ["b.example.com.", "example.com.", "a.b.example.com.", "a.example.com.", "\\052.example.com."];
    expect(names.sort(compareNames)).toEqual([
      "example.com.",
      "\\052.example.com.",
      "a.example.com.",
      "b.example.com.",
      "a.b.example.com.",
    ]);
  });

  it("end at the root", () => {
    expect(parentName("a.test.")).toBe("test.");
    expect(parentName("test.")).toBe(".");
    expect(parentName(".")).toBeUndefined();
  });
});
