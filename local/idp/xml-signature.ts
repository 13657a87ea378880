import { SignedXml } from "xml-crypto";
import type { SigningKey } from "./signing-key.ts";

export type HashName = "sha256" | "sha1";

const EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const SIGNATURE: Record<HashName, string> = {
  sha256: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  sha1: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
};
const DIGEST: Record<HashName, string> = {
  sha256: "http://www.w3.org/2001/04/xmlenc#sha256",
  sha1: "http://www.w3.org/2000/09/xmldsig#sha1",
};

/** Signs one element, by its local name, and puts the signature after its Issuer, where SAML wants it. */
export function signElement(xml: string, element: "Response" | "Assertion", by: SigningKey, hash: HashName): string {
  const path = `//*[local-name(.)='${element}']`;
  const signer = new SignedXml({
    privateKey: by.key,
    publicCert: by.cert,
    signatureAlgorithm: SIGNATURE[hash],
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  });
  signer.addReference({ xpath: path, transforms: [ENVELOPED, EXCLUSIVE_C14N], digestAlgorithm: DIGEST[hash] });
  signer.computeSignature(xml, {
    prefix: "ds",
    location: { reference: `${path}/*[local-name(.)='Issuer' or local-name(.)='Subject'][1]`, action: "after" },
  });
  return signer.getSignedXml();
}
