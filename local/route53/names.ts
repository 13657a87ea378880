/**
 * Domain names as Route 53 keeps them: lower case, a trailing dot, and every byte outside
 * `a-z 0-9 - _` written as a three-digit octal escape (`*` is listed as `\052`).
 */

/** Thrown for a name that cannot be a DNS name; the message is worded as the service words it. */
export class InvalidNameError extends Error {}

const LITERAL = /[a-z0-9_-]/;

function escapeByte(byte: number): string {
  const char = String.fromCharCode(byte).toLowerCase();
  return LITERAL.test(char) ? char : `\\${byte.toString(8).padStart(3, "0")}`;
}

/** Splits a name as typed into labels of raw bytes, resolving `\052` and `\.` escapes. */
function parseLabels(name: string): Buffer[] {
  const labels: Buffer[] = [];
  let label: number[] = [];
  const input = name === "." ? "" : name;
  for (let i = 0; i < input.length; ) {
    const octal = /^\\([0-3][0-7]{2})/.exec(input.slice(i, i + 4));
    if (octal) {
      label.push(Number.parseInt(octal[1] ?? "", 8));
      i += 4;
    } else if (input[i] === "\\" && i + 1 < input.length) {
      label.push(...Buffer.from(input[i + 1] ?? ""));
      i += 2;
    } else if (input[i] === ".") {
      if (label.length === 0)
        throw new InvalidNameError(
          `FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with '${name}'`,
        );
      labels.push(Buffer.from(label));
      label = [];
      i += 1;
    } else {
      const char = String.fromCodePoint(input.codePointAt(i) ?? 0);
      label.push(...Buffer.from(char));
      i += char.length;
    }
  }
  if (label.length > 0) labels.push(Buffer.from(label));
  return labels;
}

/** The one spelling of a name used as a key everywhere in the stand-in. */
export function canonicalName(name: string): string {
  const labels = parseLabels(name);
  let bytes = 1;
  for (const label of labels) {
    if (label.length > 63)
      throw new InvalidNameError(
        `FATAL problem: DomainLabelTooLong (Domain label is too long) encountered with '${name}'`,
      );
    bytes += label.length + 1;
  }
  if (bytes > 255)
    throw new InvalidNameError(`FATAL problem: DomainNameTooLong (Domain name is too long) encountered with '${name}'`);
  return `${labels.map((label) => [...label].map(escapeByte).join("")).join(".")}.`;
}

/** A canonical name as the DNS library wants it: text labels, no trailing dot. */
export function wireName(canonical: string): string {
  if (canonical === ".") return ".";
  return canonical
    .replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, "");
}

/** `a.b.example.` → `b.example.`; the root has no parent. */
export function parentName(canonical: string): string | undefined {
  if (canonical === ".") return undefined;
  const dot = canonical.indexOf(".");
  return canonical.slice(dot + 1) || ".";
}

export function isInZone(canonical: string, zone: string): boolean {
  return canonical === zone || canonical.endsWith(`.${zone}`);
}

/** Route 53 lists by the labels reversed, trailing dot included, in ASCII order. */
function reversedName(canonical: string): string {
  return `${canonical.replace(/\.$/, "").split(".").reverse().join(".")}.`;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareNames(a: string, b: string): number {
  return compareText(reversedName(a), reversedName(b));
}
