import { z } from "zod";
import { NAME_MAX, NAME_MIN, RESERVED_NAMES } from "../constants.ts";

const quote = (text: string) => `“${text}”`;

/** Shows a letter people cannot see or take for another: `“а” (U+0430)`. */
function showLetter(letter: string): string {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(letter);
  return visible ? `${quote(letter)} (U+${code})` : `an invisible character (U+${code})`;
}

/** What is wrong with a service's name, in one sentence; undefined when it is right. */
export function findNameProblem(name: string): string | undefined {
  if (name === "") return "Give the service a name.";
  const length = [...name].length;
  if (length > NAME_MAX) return `The name has ${length} characters; ${NAME_MAX} are allowed.`;
  for (const letter of name) {
    if (/[a-z0-9-]/.test(letter)) continue;
    if (/[A-Z]/.test(letter)) return `${quote(letter)} is a capital. Use small letters: ${name.toLowerCase()}.`;
    if (letter === " ") return `A name has no spaces. Use a hyphen instead.`;
    if (letter.charCodeAt(0) > 126 && /\p{L}|\p{N}/u.test(letter))
      return `${showLetter(letter)} is not a plain Latin letter, though it may look like one. Use a–z, 0–9 and hyphens.`;
    return `${showLetter(letter)} cannot stand in a name. Use a–z, 0–9 and hyphens.`;
  }
  if (name.startsWith("-")) return "The name begins with a hyphen. Begin with a letter.";
  if (/^[0-9]/.test(name)) return "The name begins with a digit. Begin with a letter.";
  if (name.endsWith("-")) return "The name ends with a hyphen. End with a letter or digit.";
  if (name.includes("--")) return "Two hyphens in a row are reserved. Use one.";
  if (length < NAME_MIN) return `The name has ${length} characters; at least ${NAME_MIN} are needed.`;
  if ((RESERVED_NAMES as readonly string[]).includes(name)) return `${quote(name)} is reserved. Choose another name.`;
  return undefined;
}

/** What is wrong with a host name, in one sentence; undefined when it is right. */
export function findHostnameProblem(hostname: string): string | undefined {
  if (hostname === "") return "Give a host name, or remove the line.";
  if (hostname.length > 253) return `The host name has ${hostname.length} characters; 253 are allowed.`;
  for (const letter of hostname) {
    if (/[a-z0-9.-]/.test(letter)) continue;
    if (/[A-Z]/.test(letter)) return `Host names are written in small letters: ${hostname.toLowerCase()}.`;
    return `${showLetter(letter)} cannot stand in a host name.`;
  }
  const labels = hostname.split(".");
  if (labels.length < 2) return `${quote(hostname)} is not a full host name such as pad.example.org.`;
  for (const label of labels) {
    if (label === "") return "A host name has no empty part: remove the extra dot.";
    if (label.length > 63) return `The part ${quote(`${label.slice(0, 12)}…`)} has more than 63 characters.`;
    if (label.startsWith("-") || label.endsWith("-"))
      return `The part ${quote(label)} begins or ends with a hyphen, which no host name may.`;
    if (/^..--/.test(label) && !label.startsWith("xn--"))
      return `The part ${quote(label)} has two hyphens where only xn-- may stand.`;
  }
  if (/^[0-9]+$/.test(labels.at(-1) ?? "")) return "This is an address, not a host name.";
  return undefined;
}

/** Folders of the container itself: mounting over them breaks it. Below some of them a service may keep its own. */
const SYSTEM_PATHS = ["/bin", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr"];
const CLOSED_PATHS = ["/dev", "/proc", "/run/secrets", "/sys"];

/** What is wrong with a path inside the container, in one sentence; undefined when it is right. */
export function findPathProblem(path: string): string | undefined {
  if (path === "") return "Give a path such as /data.";
  if (!path.startsWith("/")) return "The path must begin with a slash, such as /data.";
  if (path.length > 255) return `The path has ${path.length} characters; 255 are allowed.`;
  if (path.split("/").some((part) => part === ".." || part === "."))
    return "The path must not contain “.” or “..” parts.";
  const letter = [...path].find((one) => !/[A-Za-z0-9._/@+-]/.test(one));
  if (letter) return `${letter === " " ? "A space" : showLetter(letter)} cannot stand in a path.`;
  if (path.includes("//") || (path.length > 1 && path.endsWith("/")))
    return "Write the path without empty parts: /data/files.";
  if (path === "/") return "The whole container cannot be replaced: give a folder such as /data.";
  const system =
    SYSTEM_PATHS.find((one) => path === one) ?? CLOSED_PATHS.find((one) => path === one || path.startsWith(`${one}/`));
  if (system) return `${system} belongs to the container's system. Choose another folder.`;
  return undefined;
}

/** A string that a function finds no problem with. */
const checked = (missing: string, findProblem: (text: string) => string | undefined) =>
  z.string({ error: missing }).superRefine((text, ctx) => {
    const message = findProblem(text);
    if (message) ctx.addIssue({ code: "custom", message });
  });

export const serviceName = checked("Give the service a name.", findNameProblem);
export const hostname = checked("Give a host name.", findHostnameProblem);
export const containerPath = checked("Give a path such as /data.", findPathProblem);

/** What is wrong with the name of a time zone, in one sentence; undefined when it is right. */
function findTimeZoneProblem(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return undefined;
  } catch {
    return `${quote(name)} is not a time zone. Use a name such as America/Vancouver.`;
  }
}

export const timeZone = checked("Give a time zone.", findTimeZoneProblem);

/** Control characters other than a line's end have no place in what people write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** Words of a person: trimmed, with a greatest length and no hidden characters. */
export const words = (max: number, missing = "Write a few words here.") =>
  z
    .string({ error: missing })
    .trim()
    .max(max, { error: (issue) => `This has ${[...String(issue.input)].length} characters; ${max} are allowed.` })
    .refine((text) => !CONTROL.test(text), "This contains hidden control characters. Type it again.");

export const someWords = (max: number, missing: string) => words(max, missing).min(1, missing);

/** A whole number between two ends; anything else is answered with one sentence. */
export const wholeNumber = (min: number, max: number, message: string) =>
  z.number({ error: message }).int(message).min(min, message).max(max, message);

const PORT = "A port is a whole number from 1 to 65535.";
export const port = z.number({ error: PORT }).superRefine((value, ctx) => {
  if (Number.isInteger(value) && value >= 1 && value <= 65535) return;
  ctx.addIssue({ code: "custom", message: `${value} is not a port: ports go from 1 to 65535.` });
});

/** Puts a message beside every later entry that repeats an earlier one. */
export function refuseRepeats<T>(
  ctx: z.RefinementCtx,
  list: readonly T[],
  path: string,
  field: string,
  key: (entry: T) => string,
  message: (key: string) => string,
): void {
  const seen = new Set<string>();
  list.forEach((entry, index) => {
    const value = key(entry);
    if (value !== "" && seen.has(value))
      ctx.addIssue({ code: "custom", message: message(value), path: [path, index, ...(field ? [field] : [])] });
    seen.add(value);
  });
}
