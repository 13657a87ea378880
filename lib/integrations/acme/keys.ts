import { createPrivateKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

/** Keys a certificate can have, as they are stored. */
export type KeyKind = "ec-p256" | "ec-p384" | "rsa-2048" | "rsa-4096";

const KINDS: Record<KeyKind, { about: string; make: () => Promise<{ privateKey: KeyObject }> }> = {
  "ec-p256": { about: "ECDSA P-256", make: () => generate("ec", { namedCurve: "P-256" }) },
  "ec-p384": { about: "ECDSA P-384", make: () => generate("ec", { namedCurve: "P-384" }) },
  "rsa-2048": { about: "RSA 2048", make: () => generate("rsa", { modulusLength: 2048 }) },
  "rsa-4096": { about: "RSA 4096", make: () => generate("rsa", { modulusLength: 4096 }) },
};

export const isKeyKind = (text: string): text is KeyKind => Object.hasOwn(KINDS, text);
export const describeKeyKind = (kind: KeyKind): string => KINDS[kind].about;

/** A new key as PKCS #8 PEM. RSA takes a second or more, beside the event loop. */
export async function createKeyPem(kind: KeyKind = "ec-p256"): Promise<string> {
  const { privateKey } = await KINDS[kind].make();
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export const readKey = (pem: string | Buffer): KeyObject => createPrivateKey(pem);

/** A certificate request for these names, signed with the key. No common name: authorities ignore it, and it may be too short. */
export async function createCsrPem(names: readonly string[], keyPem: string): Promise<string> {
  // Large, and seldom wanted.
  const { crypto: acmeCrypto } = await import("acme-client");
  const [, csr] = await acmeCrypto.createCsr({ altNames: [...names] }, keyPem);
  return csr.toString();
}

/** PEM of any kind as DER. */
export const pemToDer = (pem: string): Buffer =>
  Buffer.from(pem.replace(/-----(BEGIN|END) [A-Z ]+-----/g, "").replace(/\s/g, ""), "base64");
