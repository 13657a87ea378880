import { type KeyObject, X509Certificate } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";

export interface ChainFacts {
  /** Hexadecimal, upper case. */
  serial: string;
  issuer: string;
  notBefore: Date;
  notAfter: Date;
  names: string[];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in their order. */
export const splitChain = (pem: string): X509Certificate[] =>
  (pem.match(CERTIFICATE) ?? []).map((part) => new X509Certificate(part));

const readNames = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? "")
    .split(", ")
    .filter((part) => part.startsWith("DNS:"))
    .map((part) => part.slice("DNS:".length).toLowerCase())
    .sort();

/** `Let's Encrypt R11`, from the issuer's distinguished name. */
function readIssuer(certificate: X509Certificate): string {
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(certificate.issuer)?.[1];
  return [field("O"), field("CN")].filter(Boolean).join(" ") || certificate.issuer.replaceAll("\n", ", ");
}

function readFacts(leaf: X509Certificate): ChainFacts {
  return {
    serial: leaf.serialNumber,
    issuer: readIssuer(leaf),
    notBefore: leaf.validFromDate,
    notAfter: leaf.validToDate,
    names: readNames(leaf),
  };
}

/** Whether the leaf was made for this key: the private one, or the public one of a request whose key is elsewhere. */
export const isForKey = (leaf: X509Certificate, key: KeyObject): boolean =>
  key.type === "private" ? leaf.checkPrivateKey(key) : leaf.publicKey.equals(key);

/** Says what is wrong with a chain for these names and this key, or nothing. */
export function findChainProblem(
  chain: readonly X509Certificate[],
  names: readonly string[],
  key: KeyObject,
  now: Date = new Date(),
): string | undefined {
  const [leaf] = chain;
  if (!leaf) return "There is no certificate in it.";
  if (!isForKey(leaf, key)) return "Its key is not ours.";
  const found = readNames(leaf);
  if (found.join() !== [...names].sort().join()) return `It is for ${found.join(", ")}, not for ${names.join(", ")}.`;
  if (leaf.validToDate <= now) return `It expired on ${leaf.validToDate.toISOString()}.`;
  for (const [index, certificate] of chain.slice(0, -1).entries()) {
    const issuer = chain[index + 1];
    if (issuer && !(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)))
      return `Certificate ${index + 1} of the chain was not signed by the next.`;
  }
  return undefined;
}

/** The facts of a chain that is right for these names and this key; throws when it is not. */
export function checkChain(pem: string, names: readonly string[], key: KeyObject): ChainFacts {
  const chain = splitChain(pem);
  const problem = findChainProblem(chain, names, key);
  const [leaf] = chain;
  if (!leaf || problem)
    throw new AppError({
      code: "certificates.wrong_chain",
      message: `The certificate authority sent a chain that does not fit. ${problem}`,
      retry: "permanent",
    });
  return readFacts(leaf);
}
