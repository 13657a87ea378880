import { createHash, createHmac, createPublicKey, type KeyObject, sign } from "node:crypto";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The members RFC 7638 hashes, in its order. */
function publicJwk(key: KeyObject): Record<string, string> {
  const jwk = createPublicKey(key).export({ format: "jwk" });
  if (jwk.kty === "EC") return { crv: jwk.crv ?? "", kty: "EC", x: jwk.x ?? "", y: jwk.y ?? "" };
  if (jwk.kty === "RSA") return { e: jwk.e ?? "", kty: "RSA", n: jwk.n ?? "" };
  throw new Error("An ACME account key is an EC or RSA key");
}

const CURVES: Record<string, { alg: string; hash: string }> = {
  "P-256": { alg: "ES256", hash: "sha256" },
  "P-384": { alg: "ES384", hash: "sha384" },
  "P-521": { alg: "ES512", hash: "sha512" },
};

/** SHA-256 of the account's public key (RFC 7638): part of every challenge's answer. */
export const computeThumbprint = (key: KeyObject) =>
  createHash("sha256")
    .update(JSON.stringify(publicJwk(key)))
    .digest("base64url");

/** What `_acme-challenge` must say for a dns-01 challenge with this token. */
export const computeDnsAnswer = (key: KeyObject, token: string) =>
  createHash("sha256")
    .update(`${token}.${computeThumbprint(key)}`)
    .digest("base64url");

export interface JwsHeader {
  url: string;
  /** Every request has one; the inner part of a key change has none. */
  nonce?: string;
  /** The account's URL; without it the key itself is sent (to make an account). */
  kid?: string | undefined;
}

/** A request body as RFC 8555 wants it. No payload is a POST-as-GET. */
export function signRequest(key: KeyObject, { url, nonce, kid }: JwsHeader, payload: unknown): string {
  const jwk = publicJwk(key);
  const { alg, hash } = (jwk.crv && CURVES[jwk.crv]) || { alg: "RS256", hash: "sha256" };
  const header = encode({ alg, url, ...(nonce ? { nonce } : {}), ...(kid ? { kid } : { jwk }) });
  const body = payload === undefined ? "" : encode(payload);
  const signature = sign(hash, Buffer.from(`${header}.${body}`), { key, dsaEncoding: "ieee-p1363" });
  return JSON.stringify({ protected: header, payload: body, signature: signature.toString("base64url") });
}

/** What makes a new account the child of one that the authority's customer has (RFC 8555 7.3.4). */
export function signBinding(
  accountKey: KeyObject,
  { url, keyId, hmacKey }: { url: string; keyId: string; hmacKey: string },
): unknown {
  const header = encode({ alg: "HS256", kid: keyId, url });
  const payload = encode(publicJwk(accountKey));
  const signature = createHmac("sha256", Buffer.from(hmacKey, "base64url")).update(`${header}.${payload}`);
  return { protected: header, payload, signature: signature.digest("base64url") };
}

/** The inner part of a key change: the new key says which account it is for and which key it follows (RFC 8555 7.3.5). */
export function signKeyChange(
  newKey: KeyObject,
  { url, account, oldKey }: { url: string; account: string; oldKey: KeyObject },
): unknown {
  return JSON.parse(signRequest(newKey, { url }, { account, oldKey: publicJwk(oldKey) }));
}
