import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { config } from "./config/config.ts";
import { noteSecret } from "./redaction.ts";

export interface Sealed {
  keyId: string;
  nonce: Uint8Array<ArrayBuffer>;
  ciphertext: Uint8Array<ArrayBuffer>;
}

const TAG_BYTES = 16;
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

function readKeys(): Map<string, Buffer> {
  return new Map(
    config()
      .ENCRYPTION_KEYS.split(",")
      .map((entry) => {
        const [id = "", key = ""] = entry.split(":");
        return [id, Buffer.from(key, "base64")] as const;
      }),
  );
}

/** AES-256-GCM under the first of ENCRYPTION_KEYS. `context` (the secret's name and version) must be given again to open. */
export function seal(plaintext: string | Uint8Array, context: string): Sealed {
  const [first] = readKeys();
  if (!first) throw new Error("ENCRYPTION_KEYS has no key");
  const [keyId, key] = first;
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { keyId, nonce: own(nonce), ciphertext: own(ciphertext) };
}

/** Opens what `seal` closed; throws when the key is gone, the context differs or a bit was changed. */
export function open(sealed: Sealed, context: string): Buffer {
  const key = readKeys().get(sealed.keyId);
  if (!key) throw new Error(`ENCRYPTION_KEYS no longer has the key "${sealed.keyId}"`);
  const body = Buffer.from(sealed.ciphertext);
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.nonce).setAAD(Buffer.from(context));
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  const plaintext = Buffer.concat([decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()]);
  noteSecret(plaintext);
  return plaintext;
}

export const sha256 = (data: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  own(createHash("sha256").update(data).digest());

/** Keys sorted at every depth, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** A random password of letters and digits, 190 bits for the default length. */
export function generatePassword(length = 32): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  let password = "";
  while (password.length < length) {
    // 248 is the largest multiple of 62 in a byte: no letter is likelier than another.
    for (const byte of randomBytes(length)) if (byte < 248 && password.length < length) password += alphabet[byte % 62];
  }
  noteSecret(password);
  return password;
}
