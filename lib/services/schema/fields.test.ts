import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findHostnameProblem, findNameProblem, findPathProblem, port } from "./fields.ts";

describe("a service's name", () => {
  test.each(["pad-notes", "abc", "a1b", "x".repeat(40), "team2-wiki"])("accepts %s", (name) => {
    expect(findNameProblem(name)).toBeUndefined();
  });

  test.each([
    ["../etc/passwd", "“.” (U+002E) cannot stand in a name. Use a–z, 0–9 and hyphens."],
    ["pad; rm -rf /", "“;” (U+003B) cannot stand in a name. Use a–z, 0–9 and hyphens."],
    ["-rf", "The name begins with a hyphen. Begin with a letter."],
    ["a".repeat(300), "The name has 300 characters; 40 are allowed."],
    ["pаd-notes", "“а” (U+0430) is not a plain Latin letter, though it may look like one. Use a–z, 0–9 and hyphens."],
    ["pad‑notes", "“‑” (U+2011) cannot stand in a name. Use a–z, 0–9 and hyphens."],
    ["pad​notes", "an invisible character (U+200B) cannot stand in a name. Use a–z, 0–9 and hyphens."],
    ["Pad", "“P” is a capital. Use small letters: pad."],
    ["pad notes", "A name has no spaces. Use a hyphen instead."],
    ["pad--notes", "Two hyphens in a row are reserved. Use one."],
    ["pad-", "The name ends with a hyphen. End with a letter or digit."],
    ["1pad", "The name begins with a digit. Begin with a letter."],
    ["ab", "The name has 2 characters; at least 3 are needed."],
    ["direct", "“direct” is reserved. Choose another name."],
    ["", "Give the service a name."],
  ])("refuses %j and says why", (name, message) => {
    expect(findNameProblem(name)).toBe(message);
  });

  test("agrees with the slug's pattern for every text", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abz019-.A/ а;\u200b") });
    fc.assert(
      fc.property(letters, (name) => {
        const isSlug = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/.test(name) && !name.includes("--");
        expect(findNameProblem(name) === undefined).toBe(isSlug);
      }),
    );
  });
});

describe("a port", () => {
  test.each([1, 80, 65535])("accepts %d", (value) => expect(port.safeParse(value).success).toBe(true));

  test.each([0, -1, 70000, 1.5])("refuses %d with a plain sentence", (value) => {
    expect(port.safeParse(value).error?.issues[0]?.message).toBe(`${value} is not a port: ports go from 1 to 65535.`);
  });

  test("refuses what is no number", () => {
    expect(port.safeParse("80").error?.issues[0]?.message).toBe("A port is a whole number from 1 to 65535.");
    expect(port.safeParse(Number.NaN).error?.issues[0]?.message).toBe("A port is a whole number from 1 to 65535.");
  });
});

describe("a path in the container", () => {
  test.each(["/data", "/var/lib/pad", "/usr/share/nginx/html"])("accepts %s", (path) => {
    expect(findPathProblem(path)).toBeUndefined();
  });

  test.each([
    ["data", "The path must begin with a slash, such as /data."],
    ["/data/../../etc", "The path must not contain “.” or “..” parts."],
    ["/", "The whole container cannot be replaced: give a folder such as /data."],
    ["/proc/1", "/proc belongs to the container's system. Choose another folder."],
    ["/run/secrets/x", "/run/secrets belongs to the container's system. Choose another folder."],
    ["/data:/host", "“:” (U+003A) cannot stand in a path."],
    ["/my data", "A space cannot stand in a path."],
    ["/data/", "Write the path without empty parts: /data/files."],
  ])("refuses %j and says why", (path, message) => {
    expect(findPathProblem(path)).toBe(message);
  });
});

describe("a host name", () => {
  test("accepts names of every depth", () => {
    expect(findHostnameProblem("pads.example.org")).toBeUndefined();
    expect(findHostnameProblem("direct.pads.example.org")).toBeUndefined();
  });

  test.each([
    ["pаds.example.org", "“а” (U+0430) cannot stand in a host name."],
    ["Pads.example.org", "Host names are written in small letters: pads.example.org."],
    ["-x.example.org", "The part “-x” begins or ends with a hyphen, which no host name may."],
    ["pads", "“pads” is not a full host name such as pad.example.org."],
    ["pads..org", "A host name has no empty part: remove the extra dot."],
    ["ab--c.example.org", "The part “ab--c” has two hyphens where only xn-- may stand."],
    ["203.0.113.10", "This is an address, not a host name."],
    ["*.example.org", "“*” (U+002A) cannot stand in a host name."],
  ])("refuses %j and says why", (name, message) => {
    expect(findHostnameProblem(name)).toBe(message);
  });
});
