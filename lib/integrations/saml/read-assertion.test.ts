import { describe, expect, it } from "vitest";
import { readAssertion } from "./read-assertion.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000).toISOString();
const expected = {
  issuer: "urn:idp",
  audience: "urn:panel",
  acsUrl: "https://panel.example.org/saml/acs",
  requestId: "_request",
  now: NOW,
};

const GOOD = `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" IssueInstant="${at(0)}"><Issuer>urn:idp</Issuer><Subject><NameID>sam@example.org</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData InResponseTo="_request" Recipient="https://panel.example.org/saml/acs" NotOnOrAfter="${at(5)}"/></SubjectConfirmation></Subject><Conditions NotBefore="${at(-1)}" NotOnOrAfter="${at(10)}"><AudienceRestriction><Audience>urn:panel</Audience></AudienceRestriction></Conditions><AuthnStatement AuthnInstant="${at(0)}" SessionIndex="_s"/><AttributeStatement><Attribute Name="groups"><AttributeValue>a</AttributeValue><AttributeValue>b</AttributeValue></Attribute></AttributeStatement></Assertion>`;

/** The good assertion with one thing changed. */
function change(from: string | RegExp, to: string): string {
  const xml = GOOD.replace(from, to);
  expect(xml).not.toBe(GOOD);
  return xml;
}
const codeOf = (xml: string) => {
  try {
    readAssertion(xml, expected);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

/** node-saml refuses some of these as well; here each must be refused without its help. */
describe("a signed assertion", () => {
  it("says who signs in, and until when it may be used", () => {
    expect(readAssertion(GOOD, expected)).toMatchObject({
      issuer: "urn:idp",
      nameId: "sam@example.org",
      sessionIndex: "_s",
      assertionId: "_a",
      usableUntil: new Date(at(6)),
      attributes: new Map([["groups", ["a", "b"]]]),
    });
  });

  it.each([
    ["another Issuer", /<Issuer>urn:idp/, "<Issuer>urn:other", "saml.issuer"],
    ["an Issuer that is no entity", "<Issuer>", '<Issuer Format="urn:x">', "saml.issuer"],
    ["two Issuers", "<Subject>", "<Issuer>urn:idp</Issuer><Subject>", "saml.malformed"],
    ["another Audience", "urn:panel<", "urn:other<", "saml.audience"],
    ["an Audience that only begins like ours", "urn:panel<", "urn:panel2<", "saml.audience"],
    ["no Audience", /<AudienceRestriction>.*<\/AudienceRestriction>/, "", "saml.audience"],
    [
      "a second restriction to somebody else",
      "</Conditions>",
      "<AudienceRestriction><Audience>urn:other</Audience></AudienceRestriction></Conditions>",
      "saml.audience",
    ],
    ["no Conditions", /<Conditions.*<\/Conditions>/, "", "saml.malformed"],
    ["Conditions without an end", / NotOnOrAfter="[^"]*"><Aud/, "><Aud", "saml.timeless"],
    ["Conditions that ended", at(10), at(-2), "saml.expired"],
    ["Conditions not begun", at(-1), at(2), "saml.not_yet"],
    ["Conditions with a time in no zone", at(10), "2026-11-21T23:00:00", "saml.malformed"],
    ["SubjectConfirmationData that ended", at(5), at(-2), "saml.expired"],
    ["SubjectConfirmationData without an end", / NotOnOrAfter="[^"]*"\/>/, "/>", "saml.timeless"],
    ["no SubjectConfirmationData", /<SubjectConfirmationData[^>]*>/, "", "saml.malformed"],
    ["another Recipient", "panel.example.org/saml/acs", "panel.example.org/saml/acs/", "saml.recipient"],
    ["another InResponseTo", "_request", "_other", "saml.in_response_to"],
    ["no InResponseTo", ' InResponseTo="_request"', "", "saml.in_response_to"],
    ["holder-of-key", "cm:bearer", "cm:holder-of-key", "saml.confirmation"],
    ["no id", ' ID="_a"', "", "saml.malformed"],
    ["another version", 'Version="2.0"', 'Version="1.1"', "saml.malformed"],
    ["an IssueInstant in the future", `IssueInstant="${at(0)}"`, `IssueInstant="${at(2)}"`, "saml.not_yet"],
    ["no AuthnStatement", /<AuthnStatement[^>]*>/, "", "saml.malformed"],
    ["a session that is over", "SessionIndex", `SessionNotOnOrAfter="${at(-1)}" SessionIndex`, "saml.expired"],
    ["no Subject", /<Subject>.*<\/Subject>/, "", "saml.malformed"],
    ["two NameIDs", "</NameID>", "</NameID><NameID>ada</NameID>", "saml.malformed"],
    ["an encrypted NameID", /<NameID>.*<\/NameID>/, "<EncryptedID/>", "saml.malformed"],
    ["a NameID with an element in it", "sam@", "<x/>sam@", "saml.malformed"],
    ["a NameID of white space", "sam@example.org", " \n", "saml.name_id"],
    ["a NameID with an invisible letter", "sam@", "sam\u200b@", "saml.name_id"],
    ["a NameID that is too long", "sam@", `${"s".repeat(260)}@`, "saml.name_id"],
  ])("is refused with %s", (_, from, to, code) => {
    expect(codeOf(change(from, to))).toBe(code);
  });

  it("of another namespace is none", () => {
    expect(codeOf(change("SAML:2.0:assertion", "SAML:1.0:assertion"))).toBe("saml.malformed");
  });

  it("may also carry a confirmation that is not for us, beside one that is", () => {
    const other = '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/>';
    expect(codeOf(change("<SubjectConfirmation ", `${other}<SubjectConfirmation `))).toBe("accepted");
  });
});
