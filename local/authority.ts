import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import {
  BasicConstraintsExtension,
  type X509Certificate as PeculiarCertificate,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

export type MadeCertificate = { chainPem: string; keyPem: string; serial: string };

export type Authority = {
  rootPem: string;
  /** A certificate for these names; with negative days one that has expired. */
  issue(names: readonly string[], days?: number): Promise<MadeCertificate>;
};

/** A certificate authority of a test's own, made in a moment. */
export async function createAuthority(name = "Test Root"): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 365 * DAY_MS),
    notAfter: new Date(Date.now() + 365 * DAY_MS),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { rootPem: root.toString("pem"), issue: (names, days = 90) => issueLeaf(root, keys.privateKey, names, days) };
}

async function issueLeaf(
  root: PeculiarCertificate,
  signingKey: CryptoKey,
  names: readonly string[],
  days: number,
): Promise<MadeCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const leaf = await X509CertificateGenerator.create({
    subject: `CN=${names[0]?.slice(0, 60)}`,
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 180 * DAY_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
    extensions: [new SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const chainPem = `${leaf.toString("pem")}\n`;
  return {
    chainPem,
    keyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`,
    serial: new X509Certificate(chainPem).serialNumber,
  };
}
