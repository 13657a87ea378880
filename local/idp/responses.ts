/**
 * Signed SAML responses, honest and bent. The provider answers with the honest ones; tests of a service
 * provider bend single fields, before signing (so that the signature is good and only the field is wrong) or after.
 */
import { randomBytes } from "node:crypto";
import { DOMParser, XMLSerializer } from "@xmldom/xmldom";
import samlp from "samlp";
import { bendResponse, type FieldOverrides } from "./bends.ts";
import { buildMetadata } from "./metadata.ts";
import { createSigningKey, type SigningKey } from "./signing-key.ts";
import { type WrapAttack, wrapSignature } from "./wrapping.ts";
import { type HashName, signElement } from "./xml-signature.ts";

const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const LIFETIME_S = 300;

export interface ResponseOverrides extends FieldOverrides {
  /** Default: both are signed. */
  signResponse?: boolean;
  signAssertion?: boolean;
  hash?: HashName;
  /** Signs with another key than the one in the metadata. */
  signWith?: SigningKey;
  /** After signing: moves the signed part aside and puts a forged assertion for `as` in its place. */
  wrap?: { attack: WrapAttack; as: string };
  /** After signing: any change of the text. */
  tamper?: (xml: string) => string;
}

export interface ResponseInput extends SigningKey {
  issuer?: string;
  /** The id of the AuthnRequest; without it the response is unsolicited. */
  inResponseTo?: string | undefined;
  acsUrl: string;
  audience: string;
  nameId: string;
  attributes?: Record<string, string | string[]>;
  authnContextClassRef?: string | undefined;
  overrides?: ResponseOverrides;
}

const DEFAULT_ISSUER = "https://idp.seaworthy.test/metadata";

function makeUnsignedResponse(input: ResponseInput): Promise<string> {
  const { key, cert, issuer = DEFAULT_ISSUER, acsUrl, audience, nameId, attributes = {} } = input;
  const options = {
    key,
    cert,
    issuer,
    audience,
    destination: acsUrl,
    recipient: acsUrl,
    lifetimeInSeconds: LIFETIME_S,
    sessionIndex: `_${randomBytes(16).toString("hex")}`,
    signAssertion: false,
    ...(input.inResponseTo === undefined ? {} : { inResponseTo: input.inResponseTo }),
    ...(input.authnContextClassRef === undefined ? {} : { authnContextClassRef: input.authnContextClassRef }),
    profileMapper: () => ({
      getClaims: () => attributes,
      getNameIdentifier: () => ({ nameIdentifier: nameId, nameIdentifierFormat: PERSISTENT }),
    }),
  };
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(options, {}, (error, xml) => {
      if (error || xml === undefined) reject(error ?? new Error("No response was made"));
      else resolve(xml);
    });
  });
}

/** The response as XML text; see craftResponse. */
async function craftResponseXml(input: ResponseInput): Promise<string> {
  const { overrides = {} } = input;
  const document = new DOMParser().parseFromString(await makeUnsignedResponse(input), "text/xml");
  bendResponse(document, overrides);
  let xml = new XMLSerializer().serializeToString(document);
  const signer = overrides.signWith ?? { key: input.key, cert: input.cert };
  const hash = overrides.hash ?? "sha256";
  if (overrides.signAssertion !== false && xml.includes("Assertion")) xml = signElement(xml, "Assertion", signer, hash);
  if (overrides.signResponse !== false) xml = signElement(xml, "Response", signer, hash);
  if (overrides.wrap) xml = wrapSignature(xml, overrides.wrap.attack, overrides.wrap.as);
  return overrides.tamper ? overrides.tamper(xml) : xml;
}

/** A response as a browser would post it: base64 of the XML, to go into the field SAMLResponse. */
export async function craftResponse(input: ResponseInput): Promise<string> {
  return Buffer.from(await craftResponseXml(input)).toString("base64");
}

export interface TestIdentityProvider extends SigningKey {
  entityId: string;
  metadata: string;
  craft(input: Omit<ResponseInput, "key" | "cert" | "issuer">): Promise<string>;
}

/** A provider with a fresh key and no server, for tests of a service provider. */
export async function createIdentityProvider(
  options: { entityId?: string; ssoUrl?: string } = {},
): Promise<TestIdentityProvider> {
  const { entityId = DEFAULT_ISSUER, ssoUrl = "https://idp.seaworthy.test/sso" } = options;
  const signingKey = await createSigningKey();
  return {
    ...signingKey,
    entityId,
    metadata: buildMetadata({ entityId, ssoUrl, cert: signingKey.cert }),
    craft: (input) => craftResponse({ ...input, ...signingKey, issuer: entityId }),
  };
}
