import type { KeyObject, X509Certificate } from "node:crypto";
import { splitChain } from "#lib/integrations/acme/chain.ts";
import type { CertificateView } from "../types.ts";

const CURVES: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384" };

/** `CN=Pebble Intermediate, O=…` on one line; the names of a leaf without a subject. */
const oneLine = (name: string | undefined, fallback: string | undefined) =>
  (name ?? "").trim().replaceAll("\n", ", ") || (fallback ?? "");

/** "ECDSA P-256" or "RSA 2048". */
function describeKey(key: KeyObject): string {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === "rsa" ? `RSA ${modulusLength}` : `ECDSA ${CURVES[namedCurve] ?? namedCurve}`;
}

const toLink = (certificate: X509Certificate): CertificateView["chain"][number] => ({
  subject: oneLine(certificate.subject, certificate.subjectAltName?.replaceAll("DNS:", "")),
  issuer: oneLine(certificate.issuer, ""),
  serial: certificate.serialNumber,
  notAfter: certificate.validToDate.toISOString(),
  fingerprint: certificate.fingerprint256,
});

/** What stands in a stored chain, leaf first. */
export function readChain(chainPem: string | null): { chain: CertificateView["chain"]; key: string | null } {
  const chain = splitChain(chainPem ?? "");
  const [leaf] = chain;
  return { chain: chain.map(toLink), key: leaf ? describeKey(leaf.publicKey) : null };
}
