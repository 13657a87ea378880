import { isIPv6 } from "node:net";

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
  for (const [, body = ""] of value.matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
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

/** Types whose value ends in a name: how many fields stand before it. */
const FIELDS_BEFORE_NAME: Readonly<Record<string, number>> = { CNAME: 0, NS: 0, PTR: 0, MX: 1, SRV: 3 };

/** Spells the name at the end of a value anew; a value of another form stays as it is, for Route 53 to judge. */
function respellName(type: string, value: string, respell: (name: string) => string): string {
  const before = FIELDS_BEFORE_NAME[type];
  if (before === undefined) return value;
  const fields = value.trim().split(/\s+/);
  const name = fields[before];
  if (fields.length !== before + 1 || name === undefined) return value;
  return [...fields.slice(0, before), respell(name)].join(" ");
}

// The name "." alone says "none" in MX and SRV.
const withDot = (name: string) => (name === "." ? name : toProviderName(name));
const withoutDot = (name: string) => (name === "." ? name : fromProviderName(name));

/** An IPv6 address in its one canonical form. */
const canonicalAddress = (value: string) =>
  isIPv6(value) && !value.includes("%") ? new URL(`http://[${value}]`).hostname.slice(1, -1) : value;

/** One value as we write it, as Route 53 wants it. */
export function toProviderValue(type: string, value: string): string {
  return type === "TXT" ? encodeTxt(value) : respellName(type, value, withDot);
}

export function fromProviderValue(type: string, value: string): string {
  if (type === "TXT") return decodeTxt(value);
  return type === "AAAA" ? canonicalAddress(value) : respellName(type, value, withoutDot);
}
