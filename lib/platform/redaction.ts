import { AsyncLocalStorage } from "node:async_hooks";
import { createReplacer } from "./replace-texts.ts";

/** Shorter texts would blacken ordinary words. */
const MIN_LENGTH = 4;
const MARK = "[redacted]";
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const PEM_END = /-----END [A-Z0-9 ]*PRIVATE KEY-----/;
const PEM_WHOLE = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;
/** Credentials nobody told us about: in URLs, in Authorization headers, AWS key ids. */
const PATTERNS: readonly [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s@/]+@/gi, `$1:${MARK}@`],
  [/\b(authorization\s*[:=]\s*(?:basic|bearer)\s+)[^\s"',]+/gi, `$1${MARK}`],
];

/** The ways a secret may be written by a program that got hold of it. */
function spellings(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  ];
}

/** Takes known secrets out of texts before they are stored. One for each attempt of a step. */
export class Redactor {
  #known = new Set<string>();
  #replace: ((text: string) => string) | undefined;
  /** Length of the longest known spelling: how much of an unfinished text may still turn into a secret. */
  longest = 0;

  add(secret: string | Uint8Array): void {
    const text = typeof secret === "string" ? secret : Buffer.from(secret).toString("utf8");
    // Output comes line by line, so a secret of several lines is as many secrets.
    for (const part of new Set([text.trim(), ...text.split(/\r?\n/).map((line) => line.trim())])) {
      if (part.length < MIN_LENGTH) continue;
      for (const spelling of spellings(part)) {
        this.#known.add(spelling);
        this.longest = Math.max(this.longest, spelling.length);
      }
    }
    this.#replace = undefined;
  }

  clean(text: string): string {
    let cleaned = text;
    if (this.#known.size > 0) {
      this.#replace ??= createReplacer(this.#known, MARK, MIN_LENGTH);
      cleaned = this.#replace(cleaned);
    }
    if (cleaned.includes("PRIVATE KEY")) cleaned = cleaned.replace(PEM_WHOLE, "[redacted private key]");
    for (const [pattern, replacement] of PATTERNS) cleaned = cleaned.replace(pattern, replacement);
    return cleaned;
  }

  /** The same for every text inside a value that will be stored as JSON. */
  cleanDeep<T>(value: T): T {
    if (typeof value === "string") return this.clean(value) as T;
    if (Array.isArray(value)) return value.map((part) => this.cleanDeep(part as unknown)) as T;
    if (value && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, this.cleanDeep(part as unknown)]),
      ) as T;
    }
    return value;
  }
}

/** Blackens private keys that arrive one line at a time. One for each stream of lines. */
export function createKeyBlackener(): (line: string) => string {
  let inside = false;
  return (line) => {
    if (inside) {
      if (PEM_END.test(line)) inside = false;
      return MARK;
    }
    if (PEM_BEGIN.test(line) && !PEM_END.test(line)) {
      inside = true;
      return "[redacted private key]";
    }
    return line;
  };
}

const scope = new AsyncLocalStorage<Redactor>();

/** Everything `noteSecret` hears during `work` goes to this redactor. */
export const withRedactor = <T>(redactor: Redactor, work: () => T): T => scope.run(redactor, work);

/** Called wherever a secret becomes plain text, so that a step cannot forget to say so. */
export function noteSecret(secret: string | Uint8Array): void {
  scope.getStore()?.add(secret);
}
