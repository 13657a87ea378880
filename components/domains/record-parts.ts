/** How each type's values are asked for: one line of a form has these parts, in the order zone files write them. */
import type { RecordType } from "#lib/dns/constants.ts";

export interface Part {
  label: string;
  placeholder: string;
  numeric?: true;
  /** A list to choose from. */
  options?: readonly { value: string; label: string }[];
  /** What a new line begins with. */
  fresh?: string;
}

export interface TypeForm {
  /** What it is for, beside its name in the list. */
  meaning: string;
  parts: readonly Part[];
  /** One value is all it can have. */
  single?: true;
  /** What one value is called on buttons. */
  noun: string;
}

const HOST: Part = { label: "Name", placeholder: "mail.example.org" };
const PRIORITY: Part = { label: "Priority", placeholder: "10", numeric: true, fresh: "10" };
const CAA_TAGS = [
  { value: "issue", label: "issue: may certify this name" },
  { value: "issuewild", label: "issuewild: may certify wildcards" },
  { value: "iodef", label: "iodef: where to report" },
] as const;

const TYPE_FORMS = {
  A: { meaning: "an IPv4 address", noun: "address", parts: [{ label: "IPv4 address", placeholder: "203.0.113.9" }] },
  AAAA: { meaning: "an IPv6 address", noun: "address", parts: [{ label: "IPv6 address", placeholder: "2001:db8::9" }] },
  CNAME: {
    meaning: "another name for a host",
    noun: "name",
    parts: [{ label: "Points to", placeholder: "host.example.org" }],
    single: true,
  },
  MX: { meaning: "where its mail goes", noun: "mail server", parts: [PRIORITY, { ...HOST, label: "Mail server" }] },
  TXT: {
    meaning: "a text, such as a proof of ownership",
    noun: "text",
    parts: [{ label: "Text", placeholder: "v=spf1 -all" }],
  },
  CAA: {
    meaning: "who may issue certificates",
    noun: "rule",
    parts: [
      { label: "Flags", placeholder: "0", numeric: true, fresh: "0" },
      { label: "Tag", placeholder: "issue", options: CAA_TAGS, fresh: "issue" },
      { label: "Value", placeholder: "letsencrypt.org" },
    ],
  },
  SRV: {
    meaning: "host and port of a service",
    noun: "target",
    parts: [
      { ...PRIORITY, fresh: "0", placeholder: "0" },
      { label: "Weight", placeholder: "5", numeric: true, fresh: "5" },
      { label: "Port", placeholder: "443", numeric: true },
      { ...HOST, label: "Host", placeholder: "host.example.org" },
    ],
  },
  NS: {
    meaning: "name servers of a part of the zone",
    noun: "name server",
    parts: [{ ...HOST, label: "Name server" }],
  },
} as const satisfies Record<RecordType, TypeForm>;

export const typeForm = (type: string): TypeForm => TYPE_FORMS[type as RecordType] ?? TYPE_FORMS.TXT;

/** A new line of the form. */
export const freshRow = (type: string): string[] => typeForm(type).parts.map((part) => part.fresh ?? "");

/** A stored value as the parts of a line: the last part takes all that is left. */
export function splitValue(type: string, value: string): string[] {
  const { length } = typeForm(type).parts;
  if (length === 1) return [value];
  const words = value.trim().split(/\s+/);
  const parts = [...words.slice(0, length - 1), words.slice(length - 1).join(" ")];
  if (type === "CAA") parts[2] = (parts[2] ?? "").replace(/^"([\s\S]*)"$/, "$1");
  return parts;
}

/** The parts of a line as a stored value. A text stays as it was typed; elsewhere spaces around a part mean nothing. */
export function joinParts(type: string, row: readonly string[]): string {
  if (type === "TXT") return row[0] ?? "";
  const parts = row.map((part) => part.trim());
  if (type === "CAA") parts[2] = `"${parts[2] ?? ""}"`;
  return parts.join(" ").trim();
}

/** Whether nothing but what a line begins with was given. */
export const isFresh = (type: string, row: readonly string[]): boolean =>
  freshRow(type).every((part, index) => (row[index] ?? "") === part);

/** What can be kept when another type is chosen: the one free part, where it may mean the same. */
export function carryRows(from: string, to: string, rows: readonly string[][]): string[][] {
  const names = ["CNAME", "MX", "NS", "SRV"];
  if (!(names.includes(from) && names.includes(to))) return [freshRow(to)];
  const kept = rows.map((row) => [...freshRow(to).slice(0, -1), row.at(-1) ?? ""]);
  return typeForm(to).single ? kept.slice(0, 1) : kept;
}
