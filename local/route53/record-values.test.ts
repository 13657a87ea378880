import { describe, expect, it } from "vitest";
import { parseCharacterStrings, parseRecordValue, type RecordType } from "./record-values.ts";

describe("record values", () => {
  it("read TXT strings with quotes and octal escapes", () => {
    expect(parseCharacterStrings('"a \\"b\\" \\\\" "\\303\\251"').map((bytes) => bytes.toString())).toEqual([
      'a "b" \\',
      "é",
    ]);
  });

  it.each<[RecordType, string]>([
    ["A", "192.0.2.7"],
    ["AAAA", "2001:db8::1"],
    ["CNAME", "target.example.com"],
    ["MX", "10 mail.example.com."],
    ["SRV", "1 10 5269 xmpp.example.com."],
    ["CAA", '0 issue "letsencrypt.org; validationmethods=dns-01"'],
    ["CAA", '128 iodef "mailto:a@example.com"'],
    ["TXT", '""'],
    ["TXT", `"${"x".repeat(255)}"`],
  ])("take %s %s", (type, value) => {
    expect(() => parseRecordValue(type, value)).not.toThrow();
  });

  it.each<[RecordType, string, RegExp]>([
    ["A", "192.0.2.256", /ARRDATAIllegalIPv4Address/],
    ["A", "2001:db8::1", /ARRDATAIllegalIPv4Address/],
    ["A", "192.0.2.1, 192.0.2.2", /ARRDATANotSingleField/],
    ["AAAA", "192.0.2.1", /IllegalIPv6Address/],
    ["CNAME", "two words", /contains spaces/],
    ["CNAME", "a..b", /DomainLabelEmpty/],
    ["MX", "mail.example.com", /MXRRDATANotTwoFields/],
    ["MX", "70000 mail.example.com", /InvalidInteger/],
    ["SRV", "1 2 xmpp.example.com", /NotFourFields/],
    ["CAA", "0 issue letsencrypt.org", /CAARRDATANotThreeFields/],
    ["TXT", "no quotes", /should be enclosed in quotation marks/],
    ["TXT", '"open', /should be enclosed in quotation marks/],
    ["TXT", `"${"x".repeat(256)}"`, /CharacterStringTooLong/],
    ["TXT", '"é"', /UnsupportedCharacter/],
  ])("refuse %s %s", (type, value, problem) => {
    expect(() => parseRecordValue(type, value)).toThrow(problem);
  });
});
