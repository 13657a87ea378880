import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { crypto as acmeCrypto } from "acme-client";

/** A new ECDSA P-256 key as PKCS #8 PEM. */
export function createKeyPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export const readKey = (pem: string | Buffer): KeyObject => createPrivateKey(pem);

/** A certificate request for these names, signed with the key. No common name: authorities ignore it, and it may be too short. */
export async function createCsrPem(names: readonly string[], keyPem: string): Promise<string> {
  const [, csr] = await acmeCrypto.createCsr({ altNames: [...names] }, keyPem);
  return csr.toString();
}

/** PEM of any kind as DER. */
export const pemToDer = (pem: string): Buffer =>
  Buffer.from(pem.replace(/-----(BEGIN|END) [A-Z ]+-----/g, "").replace(/\s/g, ""), "base64");
