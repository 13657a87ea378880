import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTxt, encodeTxt, fromProviderName, fromProviderValue, toProviderName, toProviderValue } from "./names.ts";

describe("names", () => {
  it("writes a wildcard as octal and reads it back", () => {
    expect(toProviderName("*.Pad.Example.org")).toBe("\\052.pad.example.org.");
    expect(fromProviderName("\\052.pad.example.org.")).toBe("*.pad.example.org");
  });

  it("leaves underscores and hyphens as they are", () => {
    expect(toProviderName("_acme-challenge.a-b.example.org.")).toBe("_acme-challenge.a-b.example.org.");
  });

  it("keeps an escaped dot apart from one between labels", () => {
    expect(fromProviderName("a\\056b.example.org.")).toBe("a\\056b.example.org");
  });

  it("gives the names at the end of MX and SRV their dot, and takes it again", () => {
    expect(toProviderValue("MX", "10 Mail.example.org")).toBe("10 mail.example.org.");
    expect(fromProviderValue("MX", "10  mail.example.org.")).toBe("10 mail.example.org");
    expect(toProviderValue("SRV", "0 5 443 host.example.org")).toBe("0 5 443 host.example.org.");
    expect(fromProviderValue("SRV", "0 5 443 .")).toBe("0 5 443 .");
    expect(toProviderValue("MX", "0 .")).toBe("0 .");
    expect(toProviderValue("MX", "nonsense")).toBe("nonsense");
    expect(toProviderValue("CAA", '0 issue "letsencrypt.org"')).toBe('0 issue "letsencrypt.org"');
  });

  it("reads addresses in their one form", () => {
    expect(fromProviderValue("AAAA", "2001:DB8:0:0::1")).toBe("2001:db8::1");
  });

  it("gives CNAME targets their dot", () => {
    expect(toProviderValue("CNAME", "Target.example.org")).toBe("target.example.org.");
    expect(toProviderValue("A", "203.0.113.1")).toBe("203.0.113.1");
  });
});

describe("TXT values", () => {
  it("reads a text that is never closed in no time, as none", () => {
    expect(decodeTxt(`"${"\\101".repeat(1_000)}`)).toBe("");
    expect(decodeTxt('"a\\101\\"b" "c"')).toBe('aA"bc');
  });

  it("quotes, escapes and writes non-ASCII as octal", () => {
    expect(encodeTxt('say "hé" \\o/')).toBe('"say \\"h\\303\\251\\" \\\\o/"');
    expect(encodeTxt("")).toBe('""');
  });

  it("splits after 255 bytes", () => {
    expect(encodeTxt("x".repeat(256))).toBe(`"${"x".repeat(255)}" "x"`);
  });

  it("comes back as it went in, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 700 }), (text) => {
        const wellFormed = text.toWellFormed();
        const encoded = encodeTxt(wellFormed);
        expect(encoded).toMatch(/^("[\x20-\x7e]*"( |$))+$/);
        expect(decodeTxt(encoded)).toBe(wellFormed);
      }),
    );
  });

  it("reads bytes that are no UTF-8 rather than losing them", () => {
    expect(decodeTxt('"\\377"')).toBe("ÿ");
  });
});
