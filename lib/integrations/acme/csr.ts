import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { type AltName, CertificationRequest, Extensions } from "pkijs";

/** A certificate request as its file says it. */
interface CsrFacts {
  /** DNS names as they stand in it: lower case, the subject's common name too. */
  names: string[];
  /** "ECDSA P-256", "RSA 2048". */
  key: string;
  /** As it is kept and sent: one PEM block, nothing around it. */
  pem: string;
}

export type CsrReading = { ok: true; csr: CsrFacts } | { ok: false; problem: string };

const MAX_CHARS = 20_000;
const REQUEST = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[A-Za-z0-9+/=\s]+-----END (NEW )?CERTIFICATE REQUEST-----/;
const SAN = "2.5.29.17";
const COMMON_NAME = "2.5.4.3";
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
/** Kind of a general name. */
const DNS_NAME = 2;
/** Signature algorithms of RSA (PKCS #1) and ECDSA; SHA-1 is not among them. */
const DIGESTS: Record<string, string> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const CURVES: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384" };
const RSA_MIN = 2048;
const RSA_MAX = 4096;

const derToPem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64").replace(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE REQUEST-----\n`;

const refuse = (problem: string): CsrReading => ({ ok: false, problem });

/** What the key is, or why no public authority takes it. */
function readKeyKind(key: KeyObject): { key: string } | { problem: string } {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa") {
    if (modulusLength < RSA_MIN || modulusLength > RSA_MAX || modulusLength % 8 !== 0)
      return { problem: `Its RSA key has ${modulusLength} bits; ${RSA_MIN} to ${RSA_MAX} are accepted.` };
    return { key: `RSA ${modulusLength}` };
  }
  const curve = CURVES[namedCurve];
  if (key.asymmetricKeyType === "ec" && curve) return { key: `ECDSA ${curve}` };
  const kind = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(" ");
  return { problem: `Its key is of the kind ${kind || "unknown"}; RSA, ECDSA P-256 and P-384 are accepted.` };
}

const spkiOf = (request: CertificationRequest) =>
  createPublicKey({ key: Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER()), format: "der", type: "spki" });

/** The names in subjectAltName and the subject's common name. */
function readNames(request: CertificationRequest): string[] | { problem: string } {
  const asked = request.attributes?.find((one) => one.type === EXTENSION_REQUEST)?.values[0];
  const extensions = asked ? new Extensions({ schema: asked }).extensions : [];
  const san = extensions.find((one) => one.extnID === SAN)?.parsedValue as AltName | undefined;
  const entries = san?.altNames ?? [];
  if (entries.some((one) => one.type !== DNS_NAME))
    return { problem: "It asks for an address or a mailbox too; only host names can be certified here." };
  const common = request.subject.typesAndValues
    .filter((one) => one.type === COMMON_NAME)
    .map((one) => String(one.value.valueBlock.value));
  return [...new Set([...entries.map((one) => String(one.value)), ...common].map((name) => name.toLowerCase()))];
}

/** Whether whoever made the request holds the key in it. */
function isSigned(request: CertificationRequest, key: KeyObject): boolean {
  const digest = DIGESTS[request.signatureAlgorithm.algorithmId];
  const signature = Buffer.from(request.signatureValue.valueBlock.valueHexView);
  return digest !== undefined && verify(digest, request.tbsView, { key, dsaEncoding: "der" }, signature);
}

/** The public key of a request that was read before. */
export function readCsrKey(pem: string): KeyObject {
  const der = Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
  return spkiOf(CertificationRequest.fromBER(new Uint8Array(der).buffer));
}

/** Reads a PEM certificate request: its names, its key, and whether its signature holds. Says in words what is wrong. */
export function readCsr(text: string): CsrReading {
  if (text.length > MAX_CHARS) return refuse("This is longer than a certificate request ever is.");
  if (/PRIVATE KEY/.test(text))
    return refuse("This holds a private key. Keep it to yourself: give the certificate request only.");
  const pem = REQUEST.exec(text)?.[0];
  if (!pem) return refuse("This is no certificate request: it has no “BEGIN CERTIFICATE REQUEST” line.");
  try {
    const der = Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
    const request = CertificationRequest.fromBER(new Uint8Array(der).buffer);
    const key = spkiOf(request);
    const kind = readKeyKind(key);
    if ("problem" in kind) return refuse(kind.problem);
    const names = readNames(request);
    if (!Array.isArray(names)) return refuse(names.problem);
    if (names.length === 0) return refuse("It names no host: put the names into subjectAltName.");
    if (!isSigned(request, key))
      return refuse("Its signature does not hold: it was changed, cut off, or signed with SHA-1.");
    return { ok: true, csr: { names, key: kind.key, pem: derToPem(der) } };
  } catch {
    return refuse("This certificate request cannot be read: it is damaged or cut off.");
  }
}
