import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const NAME = "bitwarden-accesstoken";
const INFO = "sm-access-token";

/** The 64 bytes that an access token's own 16 stand for: 32 to encrypt with, 32 to sign with. */
export function deriveTokenKey(secret: Uint8Array): Buffer {
  const base = createHmac("sha256", NAME).update(secret).digest();
  const expand = (before: Buffer, count: number) =>
    createHmac("sha256", base)
      .update(Buffer.concat([before, Buffer.from(INFO), Buffer.from([count])]))
      .digest();
  const first = expand(Buffer.alloc(0), 1);
  return Buffer.concat([first, expand(first, 2)]);
}

const sign = (key: Buffer, iv: Buffer, data: Buffer) =>
  createHmac("sha256", key.subarray(32)).update(iv).update(data).digest();

/** `2.<iv>|<data>|<mac>`: AES-256-CBC, then HMAC-SHA-256 over both. */
export function encrypt(key: Buffer, text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key.subarray(0, 32), iv);
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `2.${[iv, data, sign(key, iv, data)].map((part) => part.toString("base64")).join("|")}`;
}

export function decrypt(key: Buffer, text: string): string {
  const [iv, data, mac] = text
    .replace(/^2\./, "")
    .split("|")
    .map((part) => Buffer.from(part, "base64"));
  if (!iv || !data || !mac || !timingSafeEqual(mac, sign(key, iv, data))) throw new Error("It was changed on the way.");
  const decipher = createDecipheriv("aes-256-cbc", key.subarray(0, 32), iv);
  return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
}
