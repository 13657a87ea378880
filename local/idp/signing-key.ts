import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// The certificate library wants its polyfill loaded before it.
import "reflect-metadata";
import { PemConverter, X509CertificateGenerator } from "@peculiar/x509";

/** PEM texts of an RSA-2048 key and the self-signed certificate that goes into the metadata. */
export interface SigningKey {
  key: string;
  cert: string;
}

const YEAR_MS = 365 * 24 * 3600 * 1000;

export async function createSigningKey(commonName = "Seaworthy local identity provider"): Promise<SigningKey> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 10 * YEAR_MS),
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(pkcs8, "PRIVATE KEY"), cert: certificate.toString("pem") };
}

/** The key kept in a folder, made on first use, so that metadata handed out earlier stays true. */
export async function loadSigningKey(dir: string): Promise<SigningKey> {
  const [keyFile, certFile] = [join(dir, "signing-key.pem"), join(dir, "signing-cert.pem")];
  if (existsSync(keyFile) && existsSync(certFile))
    return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
  const made = await createSigningKey();
  mkdirSync(dir, { recursive: true });
  writeFileSync(keyFile, made.key, { mode: 0o600 });
  chmodSync(keyFile, 0o600);
  writeFileSync(certFile, made.cert);
  return made;
}
