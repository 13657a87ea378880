import { ASSERTION_NS, MAX_RESPONSE_BYTES, PROTOCOL_NS, SIGNATURE_NS, SUCCESS } from "./constants.ts";
import { refuseResponse } from "./refusal.ts";
import { allElements, childElements, hasOddNodes, parseXml, readText } from "./xml.ts";

const EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SIGNATURE_METHODS = [
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
  "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
];
const DIGEST_METHODS = ["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"];

/** What an unverified response says of itself: enough to find the request it answers, nothing about who signs in. */
export interface ScreenedResponse {
  xml: string;
  inResponseTo: string;
  isResponseSigned: boolean;
}

const wrapped = (detail: string) =>
  refuseResponse("signature", `The identity provider's signature does not cover the message as it should: ${detail}.`);

/** The text behind the form field; only base64, only UTF-8, only so large. */
function decodeField(field: string): string {
  const base64 = field.replace(/[\r\n\t ]/g, "");
  if (base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    throw refuseResponse("malformed", "The message is not base64.");
  const bytes = Buffer.from(base64, "base64");
  if (bytes.byteLength > MAX_RESPONSE_BYTES) throw refuseResponse("too_large", "The message is too large.");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuseResponse("malformed", "The message is not plain UTF-8.");
  }
}

function only(parent: Element, name: string): Element {
  const [found, ...more] = childElements(parent, SIGNATURE_NS, name);
  if (!found || more.length > 0) throw wrapped(`it needs exactly one ${name}`);
  return found;
}

function requireAlgorithm(element: Element, allowed: string[]): void {
  const algorithm = element.getAttribute("Algorithm") ?? "";
  if (allowed.includes(algorithm)) return;
  throw refuseResponse(
    "algorithm",
    `The signature uses ${algorithm.slice(0, 80) || "no algorithm"}, which is not accepted.`,
  );
}

/** Lets through only the one shape of signature that SAML has: enveloped, over its parent, whole, SHA-256 or better. */
function screenSignature(signature: Element): void {
  if (hasOddNodes(signature)) throw wrapped("it holds comments");
  const allowedParts = ["SignedInfo", "SignatureValue", "KeyInfo"];
  if (childElements(signature).some((part) => !allowedParts.includes(part.localName))) throw wrapped("it holds more");
  const signedInfo = only(signature, "SignedInfo");
  only(signature, "SignatureValue");
  requireAlgorithm(only(signedInfo, "CanonicalizationMethod"), [EXCLUSIVE_C14N]);
  requireAlgorithm(only(signedInfo, "SignatureMethod"), SIGNATURE_METHODS);
  const reference = only(signedInfo, "Reference");
  requireAlgorithm(only(reference, "DigestMethod"), DIGEST_METHODS);
  only(reference, "DigestValue");
  const transforms = childElements(only(reference, "Transforms"));
  for (const transform of transforms) requireAlgorithm(transform, [ENVELOPED, EXCLUSIVE_C14N]);
  if (transforms.length !== 2) throw wrapped("it has other transforms");
  const id = (signature.parentNode as Element).getAttribute("ID");
  if (!id || reference.getAttribute("URI") !== `#${id}`) throw wrapped("it covers something else");
}

/** No two elements may answer to one id, under any of the names an id can have. */
function requireUniqueIds(elements: Element[]): void {
  const ids = elements.flatMap((element) =>
    Array.from(element.attributes)
      .filter((attribute) => /^(id|assertionid|requestid|responseid)$/i.test(attribute.localName))
      .map((attribute) => attribute.value),
  );
  if (new Set(ids).size !== ids.length) throw wrapped("an id stands twice");
}

function requireStructure(response: Element): Element {
  const elements = [...allElements(response)];
  const assertions = elements.filter((element) => /^(Encrypted)?Assertion$/i.test(element.localName));
  const [assertion] = assertions;
  if (!assertion || assertions.length > 1 || elements.filter((one) => one.localName === "Response").length > 1)
    throw wrapped("it needs exactly one assertion");
  if (
    assertion.localName !== "Assertion" ||
    assertion.namespaceURI !== ASSERTION_NS ||
    assertion.parentNode !== response
  )
    throw wrapped("the assertion is not where it belongs, or encrypted");
  requireUniqueIds(elements);
  const signatures = elements.filter((element) => element.localName === "Signature");
  for (const signature of signatures) {
    const parent = signature.parentNode as Element;
    if (signature.namespaceURI !== SIGNATURE_NS || (parent !== response && parent !== assertion))
      throw wrapped("a signature is not where it belongs");
    if (childElements(parent, SIGNATURE_NS, "Signature").length > 1) throw wrapped("there are several signatures");
    screenSignature(signature);
  }
  if (!signatures.some((signature) => signature.parentNode === assertion)) throw wrapped("the assertion is not signed");
  return assertion;
}

function requireSuccess(response: Element): void {
  const [status, ...more] = childElements(response, PROTOCOL_NS, "Status");
  const code = status && childElements(status, PROTOCOL_NS, "StatusCode")[0]?.getAttribute("Value");
  if (code === SUCCESS && more.length === 0) return;
  throw refuseResponse(
    "not_successful",
    `The identity provider did not let you in: ${(code ?? "no status").split(":").pop()?.slice(0, 60)}.`,
  );
}

/**
 * Looks at a response before any signature is checked, and lets through only the plain kind: one small UTF-8 document with
 * one plain assertion, signed as SAML signs. Most attacks on SAML need something that is refused here.
 */
export function screenResponse(field: string, expected: { issuer: string; acsUrl: string }): ScreenedResponse {
  const xml = decodeField(field);
  const response = parseXml(xml);
  if (response.localName !== "Response" || response.namespaceURI !== PROTOCOL_NS)
    throw refuseResponse("malformed", "The message is not a SAML response.");
  if (response.getAttribute("Version") !== "2.0") throw refuseResponse("malformed", "The message is not SAML 2.0.");
  requireSuccess(response);
  requireStructure(response);
  const issuers = childElements(response, ASSERTION_NS, "Issuer");
  if (issuers.some((issuer) => readText(issuer) !== expected.issuer))
    throw refuseResponse("issuer", "The response comes from another identity provider.");
  if (response.getAttribute("Destination") !== expected.acsUrl)
    throw refuseResponse("destination", "The response is meant for another address.");
  const inResponseTo = response.getAttribute("InResponseTo");
  if (!inResponseTo) throw refuseResponse("unsolicited", "The response does not say which sign-in it answers.");
  const isResponseSigned = childElements(response, SIGNATURE_NS, "Signature").length === 1;
  return { xml, inResponseTo, isResponseSigned };
}
