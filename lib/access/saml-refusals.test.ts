import { describe, expect, it } from "vitest";
import { db } from "#lib/platform/db/client.ts";
import type { ResponseOverrides } from "#local/idp/responses.ts";
import { begin, expectRefused, form, GROUPS, post, read, soon, useIdentityProvider } from "./testing/saml-browser.ts";
import { useTestDatabase } from "./testing/use-test-database.ts";

useTestDatabase("saml-refusals");
const saml = useIdentityProvider();
const MINUTE = 60_000;

describe("a response is refused for its fields:", () => {
  const cases: [string, ResponseOverrides, string | RegExp][] = [
    ["no InResponseTo in SubjectConfirmationData", { subjectInResponseTo: null }, "saml.in_response_to"],
    ["another InResponseTo in SubjectConfirmationData", { subjectInResponseTo: "_another" }, "saml.in_response_to"],
    ["no InResponseTo in the Response", { responseInResponseTo: null, subjectInResponseTo: null }, "saml.unsolicited"],
    [
      "an InResponseTo nobody asked for",
      { responseInResponseTo: "_other", subjectInResponseTo: "_other" },
      "saml.replayed",
    ],
    ["wrong Recipient", { recipient: "https://evil.example/acs" }, "saml.recipient"],
    ["no Recipient", { recipient: null }, "saml.recipient"],
    ["wrong Destination", { destination: "https://evil.example/acs" }, "saml.destination"],
    ["no Destination", { destination: null }, "saml.destination"],
    ["wrong Issuer", { issuer: "https://evil.example" }, "saml.issuer"],
    ["wrong Issuer of the assertion alone", { assertionIssuer: "https://evil.example" }, "saml.issuer"],
    ["no Issuer of the assertion", { assertionIssuer: null }, /saml\.(malformed|issuer)/],
    ["wrong Audience", { audience: "https://evil.example" }, "saml.audience"],
    ["no Audience", { audience: null }, "saml.audience"],
    ["expired Conditions", { notOnOrAfter: soon(-2 * MINUTE) }, "saml.expired"],
    ["Conditions without an end", { notOnOrAfter: null }, "saml.timeless"],
    ["no Conditions", { conditions: null }, "saml.audience"],
    ["Conditions not valid yet", { notBefore: soon(5 * MINUTE) }, "saml.not_yet"],
    ["expired SubjectConfirmationData", { subjectNotOnOrAfter: soon(-2 * MINUTE) }, "saml.expired"],
    ["SubjectConfirmationData without an end", { subjectNotOnOrAfter: null }, "saml.timeless"],
    ["an assertion from the future", { issueInstant: soon(600_000) }, "saml.not_yet"],
    ["holder-of-key", { subjectConfirmation: "holder-of-key" }, "saml.confirmation"],
    ["sender-vouches", { subjectConfirmation: "sender-vouches" }, "saml.confirmation"],
    ["no SubjectConfirmation", { subjectConfirmation: null }, /saml\.(confirmation|expired)/],
    ["status Responder with a signed assertion", { status: "Responder" }, "saml.not_successful"],
    ["status AuthnFailed", { status: "AuthnFailed" }, "saml.not_successful"],
    ["SHA-1", { hash: "sha1" }, "saml.algorithm"],
    ["another key with its own certificate inside", { signWith: undefined as never }, "saml.signature"],
    ["no signature at all", { signResponse: false, signAssertion: false }, "saml.signature"],
    ["only the Response signed", { signAssertion: false }, "saml.signature"],
    ["no NameID", { nameId: null }, /saml\.(malformed|name_id)/],
    ["an empty NameID", { nameId: "" }, "saml.name_id"],
    [
      "a NameID that changes at every sign-in",
      { nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient" },
      "saml.name_id",
    ],
  ];
  it.each(cases)("%s", async (name, overrides, code) => {
    const before = await db().session.count();
    if (name.startsWith("another key")) overrides.signWith = saml.otherKey;
    await expectRefused(await saml.signIn(overrides), code, before);
  });

  it("the identity in an attribute called nameID, with no NameID", async () => {
    const before = await db().session.count();
    const attributes = { ...GROUPS, nameID: "ada@seaworthy.test" };
    await expectRefused(await saml.signIn({ nameId: null }, { attributes }), /saml\.(malformed|name_id)/, before);
  });

  it("an attribute called nameID is not the identity", async () => {
    await saml.signIn(
      {},
      { nameId: "plain@seaworthy.test", attributes: { ...GROUPS, nameID: "admin@x", issuer: "x" } },
    );
    expect(await db().user.count({ where: { nameId: "plain@seaworthy.test", issuer: saml.idp.entityId } })).toBe(1);
    expect(await db().user.count({ where: { nameId: "admin@x" } })).toBe(0);
  });

  it("a small difference of the clocks is no reason", async () => {
    expect(
      (await saml.signIn({ notOnOrAfter: soon(-20_000), subjectNotOnOrAfter: soon(-20_000) })).cookie,
    ).not.toBeNull();
  });
});

describe("a response that was changed after signing is refused:", () => {
  const swap = (from: string | RegExp, to: string) => (xml: string) => {
    const changed = xml.replace(from, to);
    expect(changed).not.toBe(xml);
    return changed;
  };
  /** Base64 of other bytes than those signed for. */
  const cases: [string, ResponseOverrides, string | RegExp][] = [
    [
      "InResponseTo injected into an unsigned Response",
      { signResponse: false, subjectInResponseTo: null },
      "saml.in_response_to",
    ],
    [
      "another NameID",
      { tamper: swap(/sam@seaworthy\.test(?=<\/saml:NameID>)/, "ada@seaworthy.test") },
      "saml.signature",
    ],
    ["more groups", { tamper: swap("seaworthy-staff", "seaworthy-admins") }, "saml.signature"],
    ["wrapping: forged sibling before", { wrap: { attack: "sibling-before", as: "ada" } }, "saml.signature"],
    ["wrapping: forged sibling after", { wrap: { attack: "sibling-after", as: "ada" } }, "saml.signature"],
    ["wrapping: original inside the signature", { wrap: { attack: "inside-object", as: "ada" } }, "saml.signature"],
    ["wrapping: new Response around the old", { wrap: { attack: "new-response", as: "ada" } }, "saml.signature"],
    [
      "wrapping: sibling before, only the assertion signed",
      { signResponse: false, wrap: { attack: "sibling-before", as: "ada" } },
      "saml.signature",
    ],
    [
      "wrapping: sibling after, only the assertion signed",
      { signResponse: false, wrap: { attack: "sibling-after", as: "ada" } },
      "saml.signature",
    ],
    [
      "wrapping: inside the signature, only the assertion signed",
      { signResponse: false, wrap: { attack: "inside-object", as: "ada" } },
      "saml.signature",
    ],
    [
      "a second assertion with the same id",
      { signResponse: false, tamper: (xml) => xml.replace(/(<saml:Assertion[\s\S]*<\/saml:Assertion>)/, "$1$1") },
      "saml.signature",
    ],
    [
      "an encrypted assertion beside it",
      {
        signResponse: false,
        tamper: swap(
          "</samlp:Response>",
          '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></samlp:Response>',
        ),
      },
      "saml.signature",
    ],
    [
      "a second SignedInfo",
      { tamper: (xml) => xml.replace(/(<ds:SignedInfo>[\s\S]*?<\/ds:SignedInfo>)/g, "$1$1") },
      "saml.signature",
    ],
    [
      "a comment in the DigestValue",
      { tamper: swap(/<ds:DigestValue>/g, "<ds:DigestValue><!--x-->") },
      "saml.signature",
    ],
    [
      "a forged DigestValue",
      {
        tamper: (xml) =>
          xml.replace(/<ds:DigestValue>[^<]+/g, `<ds:DigestValue>${Buffer.alloc(32).toString("base64")}`),
      },
      "saml.signature",
    ],
    [
      "HMAC with the provider's certificate as key",
      {
        tamper: swap(
          /http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#rsa-sha256/g,
          "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        ),
      },
      "saml.algorithm",
    ],
    ["an empty reference", { tamper: swap(/URI="#[^"]+"/g, 'URI=""') }, "saml.signature"],
    ["a reference to something else", { tamper: swap(/URI="#[^"]+"/g, 'URI="#_other"') }, "saml.signature"],
    [
      "an XSLT transform",
      {
        tamper: swap(
          "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
          "http://www.w3.org/TR/1999/REC-xslt-19991116",
        ),
      },
      "saml.algorithm",
    ],
    ["a document type", { tamper: (xml) => `<!DOCTYPE x [<!ENTITY a "b">]>${xml}` }, "saml.malformed"],
    ["several roots", { tamper: (xml) => `${xml}${xml}` }, "saml.malformed"],
    ["a root before the Response", { tamper: (xml) => `<x/>${xml}` }, "saml.malformed"],
    ["text behind the root", { tamper: (xml) => `${xml}x` }, "saml.malformed"],
    ["a declaration of UTF-16", { tamper: (xml) => `<?xml version="1.0" encoding="UTF-16"?>${xml}` }, "saml.malformed"],
    ["a byte order mark", { tamper: (xml) => `\uFEFF${xml}` }, "saml.malformed"],
    ["broken XML", { tamper: (xml) => xml.slice(0, -20) }, "saml.malformed"],
    [
      "XML nested deeply",
      { tamper: swap("</samlp:Response>", `${"<a>".repeat(3_000)}${"</a>".repeat(3_000)}</samlp:Response>`) },
      "saml.malformed",
    ],
    [
      "a great many elements",
      { tamper: swap("</samlp:Response>", `${"<a/>".repeat(6_000)}</samlp:Response>`) },
      "saml.malformed",
    ],
    [
      "another element than a Response",
      { tamper: (xml) => xml.replaceAll("samlp:Response", "samlp:LogoutResponse") },
      "saml.malformed",
    ],
  ];
  it.each(cases)("%s", async (_, overrides, code) => {
    const before = await db().session.count();
    await expectRefused(await saml.signIn(overrides), code, before);
    expect(await db().user.count({ where: { nameId: { startsWith: "ada" } } })).toBe(0);
  });

  it("UTF-16 bytes", async () => {
    const before = await db().session.count();
    const began = await begin();
    const xml = Buffer.from(await saml.craft(began), "base64").toString();
    for (const bytes of [
      Buffer.from(xml, "utf16le"),
      Buffer.from(`\uFEFF${xml}`, "utf16le"),
      Buffer.from([0xff, 0xfe, 0x41]),
    ])
      await expectRefused(
        read(await post(form({ SAMLResponse: bytes.toString("base64") }), began.headers)),
        "saml.malformed",
        before,
      );
  });
});

describe("a NameID with something in the middle", () => {
  const nameId = "sam@seaworthy.test.evil.example";
  const insert = (text: string) => (xml: string) =>
    xml.replace(/sam@seaworthy\.test\.evil\.example(?=<\/saml:NameID>)/, text);

  /** Canonical XML has no comments and no CDATA, so these do not break the signature. */
  it.each([
    ["comment", "sam@seaworthy.test<!-- x -->.evil.example"],
    ["CDATA section", "sam@seaworthy.test<![CDATA[.evil.example]]>"],
  ])("is read whole past a %s put in after signing", async (_, text) => {
    await db().user.deleteMany();
    expect((await saml.signIn({ tamper: insert(text) }, { nameId })).cookie).not.toBeNull();
    expect(await db().user.findMany({ select: { nameId: true } })).toEqual([{ nameId }]);
  });

  it("is refused for a processing instruction, signed or not", async () => {
    const before = await db().session.count();
    await expectRefused(
      await saml.signIn({ tamper: insert("sam@seaworthy.test<?x y?>.evil.example") }, { nameId }),
      "saml.malformed",
      before,
    );
    const bend = (document: Document) => {
      const [element] = Array.from(document.getElementsByTagNameNS("*", "NameID"));
      element?.insertBefore(document.createProcessingInstruction("x", "y"), element.firstChild);
    };
    await expectRefused(await saml.signIn({ bend }, { nameId }), "saml.malformed", before);
  });
});
