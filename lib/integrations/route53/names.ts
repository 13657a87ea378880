/**
 * How Route 53 spells names and TXT values, and how we do: names lower case without the dot at the end, `*` as itself,
 * TXT as one plain text whatever its length.
 */

const PLAIN_BYTE = /[a-z0-9_.-]/;
const MAX_STRING_BYTES = 255;

const octal = (byte: number) => `\\${byte.toString(8).padStart(3, "0")}`;

/** `*.pad.example.org` → `\052.pad.example.org.` */
export function toProviderName(name: string): string {
  const bytes = Buffer.from(name.toLowerCase().replace(/\.$/, ""), "utf8");
  return `${[...bytes].map((byte) => (PLAIN_BYTE.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : octal(byte))).join("")}.`;
}

/** `\052.pad.example.org.` → `*.pad.example.org`. An escaped dot or backslash stays escaped: it is part of a label. */
export function fromProviderName(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/\\([0-3][0-7]{2})/g, (escaped: string, code: string) => {
      const char = String.fromCharCode(Number.parseInt(code, 8));
      return /[!-~]/.test(char) && char !== "." && char !== "\\" ? char.toLowerCase() : escaped;
    });
}

function quoteBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") text += `\\${char}`;
    else text += byte >= 0x20 && byte < 0x7f ? char : octal(byte);
  }
  return `"${text}"`;
}

/** Text of any length as quoted strings of at most 255 bytes, everything outside printable ASCII as octal. */
export function encodeTxt(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  const strings = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_STRING_BYTES)
    strings.push(quoteBytes(bytes.subarray(at, at + MAX_STRING_BYTES)));
  return strings.join(" ");
}

/** The text behind Route 53's quoted strings. Bytes that are no UTF-8 are read as Latin-1 rather than lost. */
export function decodeTxt(value: string): string {
  const bytes: number[] = [];
  for (const [, body = ""] of value.matchAll(/"((?:[^"\\]|\\[0-7]{3}|\\.)*)"/g)) {
    for (const [, code, char, plain] of body.matchAll(/\\([0-7]{3})|\\(.)|([^\\])/gs)) {
      if (code !== undefined) bytes.push(Number.parseInt(code, 8) & 0xff);
      else bytes.push(...Buffer.from(char ?? plain ?? "", "utf8"));
    }
  }
  return decodeBytes(Uint8Array.from(bytes));
}

/** Bytes of TXT strings as text. */
function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}

const NAME_TYPES = new Set(["CNAME", "NS", "PTR"]);

/** One value as we write it, as Route 53 wants it. */
export function toProviderValue(type: string, value: string): string {
  if (type === "TXT") return encodeTxt(value);
  return NAME_TYPES.has(type) ? toProviderName(value) : value;
}

export function fromProviderValue(type: string, value: string): string {
  if (type === "TXT") return decodeTxt(value);
  return NAME_TYPES.has(type) ? fromProviderName(value) : value;
}
