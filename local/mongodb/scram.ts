import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const ITERATIONS = 15_000;
const MECHANISM = "SCRAM-SHA-256";

const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (data: Buffer) => createHash("sha256").update(data).digest();
const xor = (one: Buffer, other: Buffer) => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));

/** What a server keeps instead of a password (RFC 5802, 7677). */
export interface Credentials {
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}

export function makeCredentials(password: string): Credentials {
  const salt = randomBytes(28);
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ITERATIONS, 32, "sha256");
  return { salt, storedKey: sha256(hmac(salted, "Client Key")), serverKey: hmac(salted, "Server Key") };
}

export type FindCredentials = (user: string) => Credentials | undefined;

/** One conversation: the first message asks, the second proves. Throws when nobody is let in. */
export class Conversation {
  readonly #credentials: Credentials;
  readonly #nonce: string;
  readonly #clientFirst: string;
  readonly first: string;

  constructor(mechanism: unknown, payload: string, find: FindCredentials) {
    const fields = readFields(payload.replace(/^n,,/, ""));
    const user = (fields.n ?? "").replaceAll("=2C", ",").replaceAll("=3D", "=");
    const credentials = mechanism === MECHANISM ? find(user) : undefined;
    if (!credentials) throw new Error("Authentication failed.");
    this.#credentials = credentials;
    this.#nonce = `${fields.r}${randomBytes(18).toString("base64")}`;
    this.#clientFirst = payload.replace(/^n,,/, "");
    this.first = `r=${this.#nonce},s=${credentials.salt.toString("base64")},i=${ITERATIONS}`;
  }

  /** The server's own proof, for the right one of the client. */
  prove(payload: string): string {
    const { r, p = "" } = readFields(payload);
    const withoutProof = payload.slice(0, payload.lastIndexOf(",p="));
    const said = `${this.#clientFirst},${this.first},${withoutProof}`;
    const { storedKey, serverKey } = this.#credentials;
    const clientKey = xor(Buffer.from(p, "base64"), hmac(storedKey, said));
    if (r !== this.#nonce || clientKey.length !== 32 || !timingSafeEqual(sha256(clientKey), storedKey))
      throw new Error("Authentication failed.");
    return `v=${hmac(serverKey, said).toString("base64")}`;
  }
}

const readFields = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(",").map((field) => [field.slice(0, 1), field.slice(2)]));
