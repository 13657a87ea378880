import { describe, expect, it } from "vitest";
import { screenResponse } from "./screen-response.ts";

const ACS = "https://panel.example.org/saml/acs";
const XMLENC = "http://www.w3.org/2001/04/xmlenc#sha256";
const DSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

const signature = (id: string) =>
  `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${C14N}"/><ds:SignatureMethod Algorithm="${DSIG_MORE}"/><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${ENVELOPED}"/><ds:Transform Algorithm="${C14N}"/></ds:Transforms><ds:DigestMethod Algorithm="${XMLENC}"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>`;
const ASSERTION = `<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"><a:Issuer>urn:idp</a:Issuer>${signature("_a")}</a:Assertion>`;
const GOOD = `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" Destination="${ACS}" InResponseTo="_q"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">urn:idp</a:Issuer><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>${ASSERTION}</p:Response>`;

const screen = (xml: string) => screenResponse(Buffer.from(xml).toString("base64"), { issuer: "urn:idp", acsUrl: ACS });
const codeOf = (xml: string) => {
  expect(xml).not.toBe(GOOD);
  try {
    screen(xml);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const SIGNATURE = "saml.signature";

/** Signatures here are not real: everything is refused, or let through, before one is checked. */
describe("a response, before any signature is checked,", () => {
  it("is let through when it is plain, and says which request it answers", () => {
    expect(screen(GOOD)).toEqual({ xml: GOOD, inResponseTo: "_q", isResponseSigned: false });
    const signed = GOOD.replace("</a:Issuer><p:Status>", `</a:Issuer>${signature("_r")}<p:Status>`);
    expect(screen(signed).isResponseSigned).toBe(true);
  });

  it.each([
    ["another Issuer", "urn:idp</a:Issuer><p:", "urn:other</a:Issuer><p:", "saml.issuer"],
    ["another Destination", `Destination="${ACS}"`, 'Destination="https://x/"', "saml.destination"],
    ["no InResponseTo", ' InResponseTo="_q"', "", "saml.unsolicited"],
    ["another status", "status:Success", "status:Requester", "saml.not_successful"],
    ["no status", /<p:Status>.*<\/p:Status>/, "", "saml.not_successful"],
    ["two statuses", /(<p:Status>.*<\/p:Status>)/, "$1$1", "saml.not_successful"],
    ["another version", 'ID="_r" Version="2.0"', 'ID="_r" Version="1.1"', "saml.malformed"],
    ["no assertion", ASSERTION, "", SIGNATURE],
    ["two assertions", ASSERTION, `${ASSERTION}${ASSERTION.replaceAll("_a", "_b")}`, SIGNATURE],
    ["an assertion further down", ASSERTION, `<p:Extensions>${ASSERTION}</p:Extensions>`, SIGNATURE],
    [
      "an assertion hidden in the signature",
      "<ds:SignatureValue>",
      `<ds:Object>${ASSERTION}</ds:Object><ds:SignatureValue>`,
      SIGNATURE,
    ],
    ["an assertion of another namespace beside it", "</p:Response>", "<Assertion/></p:Response>", SIGNATURE],
    [
      "an encrypted assertion in its place",
      ASSERTION,
      "<a:EncryptedAssertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'/>",
      SIGNATURE,
    ],
    ["a Response within", "</p:Response>", "<p:Response/></p:Response>", SIGNATURE],
    ["no signature of the assertion", signature("_a"), "", SIGNATURE],
    ["two signatures of the assertion", signature("_a"), signature("_a").repeat(2), SIGNATURE],
    ["a signature elsewhere", "</p:Status>", `</p:Status><p:Extensions>${signature("_r")}</p:Extensions>`, SIGNATURE],
    ["a signature over something else", 'URI="#_a"', 'URI="#_r"', SIGNATURE],
    ["a signature over the whole document", 'URI="#_a"', 'URI=""', SIGNATURE],
    ["two references", /(<ds:Reference.*<\/ds:Reference>)/, "$1$1", SIGNATURE],
    ["two SignedInfos", /(<ds:SignedInfo>.*<\/ds:SignedInfo>)/, "$1$1", SIGNATURE],
    ["two digests", /(<ds:DigestValue>.*<\/ds:DigestValue>)/, "$1$1", SIGNATURE],
    ["a comment in the digest", "<ds:DigestValue>", "<ds:DigestValue><!-- -->", SIGNATURE],
    ["an object in the signature", "</ds:Signature>", "<ds:Object/></ds:Signature>", SIGNATURE],
    ["one transform", `<ds:Transform Algorithm="${C14N}"/>`, "", SIGNATURE],
    ["three transforms", "</ds:Transforms>", `<ds:Transform Algorithm="${C14N}"/></ds:Transforms>`, SIGNATURE],
    ["one id on two elements", "<p:Status>", '<p:Status ID="_a">', SIGNATURE],
    ["one id on two elements, written otherwise", "<p:Status>", '<p:Status Id="_a">', SIGNATURE],
    ["a SHA-1 digest", XMLENC, "http://www.w3.org/2000/09/xmldsig#sha1", "saml.algorithm"],
    ["a SHA-1 signature", DSIG_MORE, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "saml.algorithm"],
    ["an HMAC", DSIG_MORE, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "saml.algorithm"],
    [
      "canonical XML with comments",
      new RegExp(`Method Algorithm="${C14N}`),
      `Method Algorithm="${C14N}WithComments`,
      "saml.algorithm",
    ],
    ["an XPath transform", ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116", "saml.algorithm"],
    ["a document type", /^/, "<!DOCTYPE x>", "saml.malformed"],
    ["an entity nobody declared", "urn:idp</a:Issuer><p:", "&x;</a:Issuer><p:", "saml.malformed"],
    ["a processing instruction", "<p:Status>", "<?x y?><p:Status>", "saml.malformed"],
    ["two roots", /$/, "<x/>", "saml.malformed"],
    ["an attribute twice", 'ID="_r"', 'ID="_r" ID="_r"', "saml.malformed"],
    ["an attribute without quotes", 'ID="_r"', "ID=_r", "saml.malformed"],
    ["nesting past all reason", "<p:Status>", `${"<x>".repeat(60)}${"</x>".repeat(60)}<p:Status>`, "saml.malformed"],
    ["elements past all reason", "<p:Status>", `${"<x/>".repeat(5_000)}<p:Status>`, "saml.malformed"],
    ["bytes past all reason", "<p:Status>", `<x>${"y".repeat(100_000)}</x><p:Status>`, "saml.too_large"],
  ])("is refused with %s", (_, from, to, code) => {
    expect(codeOf(GOOD.replace(from, to))).toBe(code);
  });

  it("takes no time when it is built to take a lot", () => {
    const deep = GOOD.replace("<p:Status>", `${"<x>".repeat(12_000)}${"</x>".repeat(12_000)}<p:Status>`);
    const wide = GOOD.replace(
      "<p:Status>",
      `<x ${Array.from({ length: 7_000 }, (_, n) => `a${n}=""`).join(" ")}/><p:Status>`,
    );
    const started = performance.now();
    for (const xml of [deep, wide]) codeOf(xml);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
