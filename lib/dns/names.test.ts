import { describe, expect, it } from "vitest";
import { checkHostname, isInZone, normalizeAddress } from "./names.ts";

describe("checkHostname", () => {
  it.each([
    ["Pad.Example.org.", "pad.example.org"],
    ["bücher.example.org", "xn--bcher-kva.example.org"],
    ["例え.example.org", "xn--r8jz45g.example.org"],
    ["xn--bcher-kva.example.org", "xn--bcher-kva.example.org"],
    [`${"a".repeat(63)}.example.org`, `${"a".repeat(63)}.example.org`],
  ])("accepts %s", (given, name) => {
    expect(checkHostname(given)).toEqual({ ok: true, name });
  });

  it.each([
    ["", /Give a name/],
    ["localhost", /whole name/],
    ["a..example.org", /empty part/],
    ["-a.example.org", /hyphen/],
    ["a-.example.org", /hyphen/],
    ["ab--c.example.org", /two hyphens/],
    [`${"a".repeat(64)}.example.org`, /longer than 63/],
    [`${"a.".repeat(130)}org`, /longer than 253/],
    ["../etc.example.org", /empty part/],
    ["a/b.example.org", /only letters/],
    ["a b.example.org", /only letters/],
    ["; rm -rf.example.org", /only letters/],
    ["203.0.113.9", /address/],
    ["2001:db8::1", /address/],
    ["a.example.123", /number/],
    ["_dmarc.example.org", /only letters/],
    ["*.example.org", /star/i],
    ["pаd.example.org", /mixes alphabets/],
    ["раураӏ.example.org", /looks like "paypal"/],
    ["ｐad.example.org", /looks like "pad"/],
    ["a%2e.example.org", /only letters/],
    ["a\u202Eb.example.org", /cannot be written/],
  ])("refuses %j", (given, problem) => {
    const check = checkHostname(given);
    expect(check.ok ? check.name : check.problem).toMatch(problem);
  });

  it("allows stars and underscores where they are asked for", () => {
    expect(checkHostname("*.example.org", { wildcard: true })).toEqual({ ok: true, name: "*.example.org" });
    expect(checkHostname("a.*.example.org", { wildcard: true })).toMatchObject({ ok: false });
    expect(checkHostname("a*.example.org", { wildcard: true })).toMatchObject({ ok: false });
    expect(checkHostname("_dmarc.example.org", { underscore: true })).toEqual({ ok: true, name: "_dmarc.example.org" });
  });
});

it("knows what lies in a zone", () => {
  expect(isInZone("a.example.org", "example.org")).toBe(true);
  expect(isInZone("example.org", "example.org")).toBe(true);
  expect(isInZone("aexample.org", "example.org")).toBe(false);
});

it("writes an IPv6 address in one way", () => {
  expect(normalizeAddress("2001:DB8:0:0::1")).toBe("2001:db8::1");
});
