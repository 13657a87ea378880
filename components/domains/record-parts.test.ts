import { describe, expect, it } from "vitest";
import { RECORD_TYPES } from "#lib/dns/constants.ts";
import { carryRows, freshRow, isFresh, joinParts, splitValue } from "./record-parts.ts";

describe("the parts of a record's values", () => {
  it.each([
    ["A", "203.0.113.9", ["203.0.113.9"]],
    ["MX", "10 mail.example.org", ["10", "mail.example.org"]],
    ["SRV", "0 5 443 host.example.org", ["0", "5", "443", "host.example.org"]],
    [
      "CAA",
      '0 issue "letsencrypt.org; validationmethods=dns-01"',
      ["0", "issue", "letsencrypt.org; validationmethods=dns-01"],
    ],
    ["TXT", '  two  spaces and "quotes" ', ['  two  spaces and "quotes" ']],
  ])("splits and joins %s without loss", (type, value, parts) => {
    expect(splitValue(type, value)).toEqual(parts);
    expect(joinParts(type, parts)).toBe(value);
  });

  it("drops spaces around parts of everything but a text", () => {
    expect(joinParts("MX", [" 10 ", " mail.example.org "])).toBe("10 mail.example.org");
    expect(joinParts("A", [" 203.0.113.9 "])).toBe("203.0.113.9");
  });

  it("knows a line nobody has touched", () => {
    for (const type of RECORD_TYPES) expect(isFresh(type, freshRow(type))).toBe(true);
    expect(isFresh("MX", ["10", "m"])).toBe(false);
  });

  it("keeps names when a type that also holds a name is chosen, and nothing else", () => {
    expect(carryRows("CNAME", "MX", [["mail.example.org"]])).toEqual([["10", "mail.example.org"]]);
    expect(carryRows("NS", "CNAME", [["a.example.org"], ["b.example.org"]])).toEqual([["a.example.org"]]);
    expect(carryRows("A", "TXT", [["203.0.113.9"]])).toEqual([[""]]);
  });
});
