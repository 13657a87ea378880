import { type CacheProvider, SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { beforeAll, describe, expect, it } from "vitest";
import { ACCOUNTS, type Account, attributesOf } from "./accounts.ts";
import { createIdentityProvider, type ResponseOverrides, type TestIdentityProvider } from "./responses.ts";
import { createSigningKey } from "./signing-key.ts";

const acsUrl = "https://panel.seaworthy.test/saml/acs";
const audience = "https://panel.seaworthy.test/saml/metadata";
const sam = ACCOUNTS.find(({ id }) => id === "sam") as Account;

const cacheThatKnows = (id: string): CacheProvider => ({
  saveAsync: async () => null,
  getAsync: async (key) => (key === id ? new Date().toISOString() : null),
  removeAsync: async () => null,
});

describe("crafted SAML responses, as node-saml reads them", () => {
  let provider: TestIdentityProvider;
  let serviceProvider: SAML;
  beforeAll(async () => {
    provider = await createIdentityProvider();
    serviceProvider = new SAML({
      callbackUrl: acsUrl,
      issuer: audience,
      audience,
      idpCert: provider.cert,
      idpIssuer: provider.entityId,
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: true,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: cacheThatKnows("_request"),
    });
  });

  const validate = async (overrides: ResponseOverrides = {}) => {
    const SAMLResponse = await provider.craft({
      inResponseTo: "_request",
      acsUrl,
      audience,
      nameId: "sam@seaworthy.test",
      attributes: attributesOf(sam),
      overrides,
    });
    return serviceProvider.validatePostResponseAsync({ SAMLResponse });
  };

  it("are accepted when honest, with every attribute", async () => {
    const { profile } = await validate();
    expect(profile).toMatchObject({
      nameID: "sam@seaworthy.test",
      nameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
      issuer: provider.entityId,
      email: "sam@seaworthy.test",
      displayName: "Sam Sand",
      givenName: "Sam",
      surname: "Sand",
      groups: "seaworthy-staff",
    });
    expect(profile?.sessionIndex).toBeTruthy();
  });

  it("carry everything a strict reader asks for", async () => {
    const base64 = await provider.craft({ inResponseTo: "_request", acsUrl, audience, nameId: "sam" });
    const xml = Buffer.from(base64, "base64").toString();
    expect(xml).toMatch(/<samlp:Response[^>]* InResponseTo="_request"/);
    expect(xml).toMatch(/<samlp:Response[^>]* Destination="https:\/\/panel\.seaworthy\.test\/saml\/acs"/);
    const confirmation = /<saml:SubjectConfirmationData[^>]*>/.exec(xml)?.[0] ?? "";
    for (const part of ['InResponseTo="_request"', `Recipient="${acsUrl}"`, "NotOnOrAfter="])
      expect(confirmation).toContain(part);
    expect(xml).toMatch(/<saml:Conditions[^>]* NotBefore="[^"]+Z" NotOnOrAfter="[^"]+Z"/);
    expect(xml).toContain(`<saml:Audience>${audience}</saml:Audience>`);
    expect(xml.match(/<ds:Signature /g)).toHaveLength(2);
    expect(xml).not.toContain("sha1");
  });

  const past = new Date(Date.now() - 3_600_000);
  it.each<[string, ResponseOverrides]>([
    ["an expired one", { notOnOrAfter: past }],
    ["one for another audience", { audience: "https://elsewhere.test" }],
    ["one without an audience", { audience: null }],
    ["one without InResponseTo", { responseInResponseTo: null, subjectInResponseTo: null }],
    ["an answer to another request", { responseInResponseTo: "_other", subjectInResponseTo: "_other" }],
    ["an unsigned one", { signResponse: false, signAssertion: false }],
    ["one with only the assertion signed", { signResponse: false }],
    ["one with only the response signed", { signAssertion: false }],
    ["one changed after signing", { tamper: (xml) => xml.replace("sam@", "ada@") }],
    ["a failed status", { status: "Responder", signAssertion: false }],
    ["a wrapped assertion", { signResponse: false, wrap: { attack: "inside-object", as: "ada@seaworthy.test" } }],
    ["a wrapped response", { wrap: { attack: "new-response", as: "ada@seaworthy.test" } }],
    ["a second assertion before", { wrap: { attack: "sibling-before", as: "ada@seaworthy.test" } }],
  ])("are refused: %s", async (_, overrides) => {
    await expect(validate(overrides)).rejects.toThrow();
  });

  it("are refused when another key signed", async () => {
    await expect(validate({ signWith: await createSigningKey() })).rejects.toThrow(/signature/i);
  });

  it.each<[string, ResponseOverrides, RegExp]>([
    ["recipient", { recipient: "https://elsewhere.test/acs" }, /Recipient="https:\/\/elsewhere\.test\/acs"/],
    ["destination", { destination: "https://elsewhere.test/acs" }, /Destination="https:\/\/elsewhere/],
    ["holder-of-key", { subjectConfirmation: "holder-of-key" }, /cm:holder-of-key/],
    ["SHA-1", { hash: "sha1" }, /xmldsig#rsa-sha1/],
    ["issuer", { assertionIssuer: "https://evil.test" }, /<saml:Issuer>https:\/\/evil\.test/],
    ["size", { padding: 100_000 }, /x{100000}/],
    ["assertion id", { assertionId: "_again" }, /<saml:Assertion[^>]* ID="_again"/],
    ["no NameID", { nameId: null }, /<saml:Subject><saml:SubjectConfirmation /],
  ])("can be bent in %s under a good signature", async (_, overrides, expected) => {
    const base64 = await provider.craft({ inResponseTo: "_request", acsUrl, audience, nameId: "sam", overrides });
    expect(Buffer.from(base64, "base64").toString()).toMatch(expected);
  });
});
