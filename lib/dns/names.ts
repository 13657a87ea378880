import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";

/** `warning`: the name is right, but could be taken for another. */
export type NameCheck = { ok: true; name: string; warning?: string } | { ok: false; problem: string };

export interface NameRules {
  /** Allows `*` as the whole first label. */
  wildcard?: boolean;
  /** Allows labels such as `_dmarc` or `_acme-challenge`. */
  underscore?: boolean;
  /** A label that is only drawn like a Latin one is let through with a warning. One that mixes alphabets never is. */
  warnLookAlikes?: boolean;
}

const MAX_NAME = 253;
const MAX_LABEL = 63;
const refuse = (problem: string): NameCheck => ({ ok: false, problem });

/** Letters of other alphabets that are drawn like Latin ones. */
const LOOK_ALIKES: Record<string, string> = {
  ...{ а: "a", с: "c", ԁ: "d", е: "e", һ: "h", і: "i", ј: "j", ӏ: "l", о: "o", р: "p", ԛ: "q", ѕ: "s", у: "y", х: "x" },
  ...{ ѡ: "w", к: "k", м: "m", т: "t", в: "b", н: "h", г: "r", п: "n" },
  ...{ α: "a", ο: "o", ν: "v", ρ: "p", τ: "t", υ: "u", χ: "x", ι: "i", κ: "k", γ: "y", ε: "e", η: "n", ω: "w" },
  ...{ օ: "o", ո: "n", ս: "u", հ: "h", ց: "g", զ: "q", ı: "i", ł: "l", ɑ: "a", ɡ: "g", ʋ: "v" },
};

/** The text as a hasty reader sees it: compatibility forms folded, look-alikes of other alphabets read as Latin. */
export function readAsLatin(text: string): string {
  const folded = text.normalize("NFKC").toLowerCase();
  return [...folded].map((char) => LOOK_ALIKES[char] ?? char).join("");
}

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

const isPlain = (label: string) => /^[\x20-\x7e]*$/.test(label);

const findMixture = (label: string): string | undefined =>
  !isPlain(label) && SCRIPTS.filter((script) => script.test(label)).length > 1
    ? `"${label}" mixes alphabets, so that it can be taken for another name.`
    : undefined;

/** Says why a label could be taken for another one, or nothing. */
function findLookAlike(label: string): string | undefined {
  if (isPlain(label)) return undefined;
  const latin = readAsLatin(label);
  if (latin !== label && /^[a-z0-9_-]+$/.test(latin))
    return `"${label}" looks like "${latin}" but is written with other letters.`;
  return undefined;
}

function checkLabel(label: string, rules: NameRules): string | undefined {
  if (label === "") return "A name has no empty part between two dots.";
  if (label.length > MAX_LABEL) return `"${label.slice(0, 20)}…" is longer than ${MAX_LABEL} characters.`;
  const pattern = rules.underscore ? /^[a-z0-9_-]+$/ : /^[a-z0-9-]+$/;
  if (!pattern.test(label))
    return `"${label}" may hold only letters, digits${rules.underscore ? ", hyphens and underscores" : " and hyphens"}.`;
  if (label.startsWith("-") || label.endsWith("-")) return `"${label}" begins or ends with a hyphen.`;
  if (/^..--/.test(label) && !label.startsWith("xn--")) return `"${label}" has two hyphens where only xn-- may.`;
  return undefined;
}

/**
 * A host name as DNS wants it: lower case, no dot at the end, international letters as A-labels (`xn--…`). Says what is
 * wrong otherwise, in words for beside a field.
 */
export function checkHostname(text: string, rules: NameRules = {}): NameCheck {
  const given = text.normalize("NFC").toLowerCase().replace(/\.$/, "");
  if (given === "") return refuse("Give a name.");
  if (isIPv4(given) || isIPv6(given)) return refuse("This is an address, not a name.");
  const labels = given.split(".");
  if (labels.length < 2) return refuse("Give the whole name, with its domain.");
  const ascii: string[] = [];
  let warning: string | undefined;
  for (const [index, label] of labels.entries()) {
    if (label === "*" && index === 0 && rules.wildcard) {
      ascii.push(label);
      continue;
    }
    if (label.includes("*")) return refuse("A star may only be the whole first part of a name.");
    // An A-label is judged as the letters that people see.
    const shown = label.startsWith("xn--") ? domainToUnicode(label) || label : label;
    const mixture = findMixture(shown);
    if (mixture) return refuse(mixture);
    const lookAlike = findLookAlike(shown);
    if (lookAlike && !rules.warnLookAlikes) return refuse(lookAlike);
    warning ??= lookAlike;
    // Only letters, marks and digits: domainToASCII would read "%", "/" and the like as parts of a URL.
    const converted = isPlain(label) ? label : /^[\p{L}\p{M}\p{N}-]+$/u.test(label) ? domainToASCII(label) : "";
    if (label !== "" && converted === "") return refuse(`"${label}" cannot be written as a host name.`);
    const problem = checkLabel(converted, rules);
    if (problem) return refuse(problem);
    ascii.push(converted);
  }
  const name = ascii.join(".");
  if (name.length > MAX_NAME) return refuse(`The name is longer than ${MAX_NAME} characters.`);
  if (/^\d+$/.test(ascii.at(-1) ?? "")) return refuse("The last part of a name cannot be a number.");
  return { ok: true, name, ...(warning ? { warning } : {}) };
}

/** How a name looks to somebody in a hurry: look-alikes of other alphabets and pairs such as rn and m drawn alike. */
export function skeletonOf(name: string): string {
  return readAsLatin(domainToUnicode(name) || name)
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll("cl", "d")
    .replace(/[1i|]/g, "l")
    .replaceAll("0", "o");
}

/** The name a wildcard stands below; any other name itself. */
export const withoutStar = (name: string) => name.replace(/^\*\./, "");

/** Whether a name is the zone itself or lies below it. */
export const isInZone = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

/** An IPv6 address in its one canonical form; anything else as it is, lower case. */
export function normalizeAddress(address: string): string {
  if (!isIPv6(address)) return address.toLowerCase();
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
