import { isIPv4, isIPv6 } from "node:net";
import type { Answer } from "dns-packet";
import { canonicalName, InvalidNameError, wireName } from "./names.ts";

/** The record types the stand-in serves. */
const RECORD_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export const isRecordType = (type: string): type is RecordType => (RECORD_TYPES as readonly string[]).includes(type);

type Data = Answer extends infer A ? (A extends { data: infer D } ? D : never) : never;
type ParseValue = (value: string) => Data;

const fatal = (problem: string, value: string) =>
  new InvalidNameError(`FATAL problem: ${problem} encountered with '${value}'`);

function splitFields(value: string, count: number, problem: string): string[] {
  const fields = value.trim().split(/[ \t]+/);
  if (fields.length !== count) throw fatal(problem, value);
  return fields;
}

function parseNumber(text: string, max: number, value: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > max)
    throw fatal(`InvalidInteger (Value is not an integer between 0 and ${max})`, value);
  return Number(text);
}

function parseTarget(value: string): string {
  if (/\s/.test(value)) throw fatal("RRDATANotSingleField (Value contains spaces)", value);
  if (value === "") throw fatal("DomainNameEmpty (Domain name is empty)", value);
  return wireName(canonicalName(value));
}

/** Reads quoted strings with Route 53's `\"`, `\\` and octal escapes into raw bytes. */
export function parseCharacterStrings(value: string): Buffer[] {
  const strings: Buffer[] = [];
  let rest = value.replace(/^[ \t]+/, "");
  while (rest !== "") {
    const quoted = /^"((?:[^"\\]|\\[0-7]{3}|\\[^0-7])*)"(?:[ \t]+|$)/.exec(rest);
    const body = quoted?.[1];
    if (quoted === null || body === undefined)
      throw fatal("InvalidCharacterString (Value should be enclosed in quotation marks)", value);
    if (/[^\x20-\x7e\t]/.test(body)) throw fatal("UnsupportedCharacter (Value contains unsupported characters)", value);
    const bytes = Buffer.from(
      body.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
        /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : code,
      ),
      "latin1",
    );
    if (bytes.length > 255) throw fatal("CharacterStringTooLong (String is longer than 255 characters)", value);
    strings.push(bytes);
    rest = rest.slice(quoted[0].length);
  }
  if (strings.length === 0) throw fatal("InvalidCharacterString (Value should be enclosed in quotation marks)", value);
  return strings;
}

function parseAddress(value: string, isAddress: (text: string) => boolean, problem: string): string {
  if (/\s/.test(value)) throw fatal("ARRDATANotSingleField (Value contains spaces)", value);
  if (!isAddress(value) || value.includes("%")) throw fatal(problem, value);
  return value;
}

const parsers: Record<RecordType, ParseValue> = {
  A: (value) => parseAddress(value, isIPv4, "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
  AAAA: (value) => parseAddress(value, isIPv6, "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
  CNAME: parseTarget,
  NS: parseTarget,
  PTR: parseTarget,
  TXT: parseCharacterStrings,
  MX: (value) => {
    const [preference = "", exchange = ""] = splitFields(
      value,
      2,
      "MXRRDATANotTwoFields (MX record doesn't have 2 fields)",
    );
    return { preference: parseNumber(preference, 65_535, value), exchange: parseTarget(exchange) };
  },
  SRV: (value) => {
    const fields = splitFields(value, 4, "SRVRRDATANotFourFields (SRV record doesn't have 4 fields)");
    const [priority = 0, weight = 0, port = 0] = fields.slice(0, 3).map((field) => parseNumber(field, 65_535, value));
    return { priority, weight, port, target: parseTarget(fields[3] ?? "") };
  },
  CAA: (value) => {
    const match = /^(\d{1,3})[ \t]+([A-Za-z0-9]+)[ \t]+(".*")$/.exec(value.trim());
    if (!match) throw fatal("CAARRDATANotThreeFields (CAA record doesn't have 3 fields)", value);
    const tag = match[2] ?? "";
    if (tag !== "issue" && tag !== "issuewild" && tag !== "iodef")
      throw fatal("CAARRDATAInvalidTag (Tag must be issue, issuewild or iodef)", value);
    const text = parseCharacterStrings(match[3] ?? "");
    return { flags: parseNumber(match[1] ?? "", 255, value), tag, value: Buffer.concat(text).toString("latin1") };
  },
  SOA: (value) => {
    const [mname = "", rname = "", ...numbers] = splitFields(
      value,
      7,
      "SOARRDATANotSevenFields (SOA record doesn't have 7 fields)",
    );
    const [serial, refresh, retry, expire, minimum] = numbers.map((text) => parseNumber(text, 2 ** 32 - 1, value));
    return { mname: parseTarget(mname), rname: parseTarget(rname), serial, refresh, retry, expire, minimum };
  },
};

/** Throws what Route 53 would say of a bad value; otherwise gives the record data for the DNS library. */
export function parseRecordValue(type: RecordType, value: string): Data {
  return parsers[type](value);
}

/** One resource record for an answer, a fresh object each time because the library writes into it. */
export function toAnswer(name: string, type: RecordType, ttl: number, value: string): Answer {
  return { name: wireName(name), type, ttl, class: "IN", data: parseRecordValue(type, value) } as Answer;
}
