import { isIPv4, isIPv6 } from "node:net";
import { encodeTxt } from "#lib/integrations/route53/names.ts";
import { type RecordType, VALUE_CHARACTERS_MAX } from "./constants.ts";
import { checkHostname, normalizeAddress } from "./names.ts";

/** One value in its one canonical spelling, or what is wrong with it. */
export type ValueCheck = { ok: true; value: string; warning?: string } | { ok: false; problem: string };

const refuse = (problem: string): ValueCheck => ({ ok: false, problem });
const accept = (value: string, warning?: string): ValueCheck => ({ ok: true, value, ...(warning ? { warning } : {}) });

const CAA_TAGS = ["issue", "issuewild", "iodef", "issuemail", "issuevmc"];

/** A whole number of 16 bits in decimal, without signs, spaces or leading zeros. */
const readUint16 = (text: string): number | undefined =>
  /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;

function checkA(value: string): ValueCheck {
  if (isIPv4(value)) return accept(value);
  if (isIPv6(value)) return refuse(`"${value}" is an IPv6 address: those go into an AAAA record.`);
  return refuse(`"${value}" is not an IPv4 address such as 203.0.113.10.`);
}

function checkAaaa(value: string): ValueCheck {
  if (isIPv6(value) && !value.includes("%")) return accept(normalizeAddress(value));
  if (isIPv4(value)) return refuse(`"${value}" is an IPv4 address: those go into an A record.`);
  return refuse(`"${value}" is not an IPv6 address such as 2001:db8::10.`);
}

/** Where the type has it, a single dot says that there is none. */
function checkTarget(text: string, rules: { underscore: boolean; none?: boolean }): ValueCheck {
  if (rules.none && text === ".") return accept(text);
  const check = checkHostname(text, { ...rules, warnLookAlikes: true });
  return check.ok ? accept(check.name, check.warning) : refuse(check.problem);
}

function checkMx(value: string): ValueCheck {
  const [preference = "", host, ...rest] = value.split(/\s+/);
  if (host === undefined || rest.length > 0)
    return refuse(`Give the priority and the mail server: "10 mail.example.org".`);
  if (readUint16(preference) === undefined)
    return refuse(`The priority "${preference}" is not a whole number from 0 to 65535.`);
  const target = checkTarget(host, { underscore: false, none: true });
  if (host === "." && preference !== "0") return refuse('That no mail is taken is said by "0 ." alone.');
  return target.ok ? { ...target, value: `${preference} ${target.value}` } : target;
}

function checkSrv(value: string): ValueCheck {
  const [priority = "", weight = "", port = "", host, ...rest] = value.split(/\s+/);
  if (host === undefined || rest.length > 0)
    return refuse(`Give priority, weight, port and host: "0 5 443 host.example.org".`);
  for (const [word, number] of [
    ["priority", priority],
    ["weight", weight],
    ["port", port],
  ] as const)
    if (readUint16(number) === undefined)
      return refuse(`The ${word} "${number}" is not a whole number from 0 to 65535.`);
  const target = checkTarget(host, { underscore: true, none: true });
  return target.ok ? { ...target, value: `${priority} ${weight} ${port} ${target.value}` } : target;
}

function checkIssuer(text: string): string | undefined {
  const [domain = "", ...parameters] = text.split(";").map((part) => part.trim());
  if (domain !== "" && !checkHostname(domain).ok) return `"${domain}" is not the domain of an authority.`;
  const wrong = parameters.find((one) => one !== "" && !/^[a-z0-9]+\s*=\s*[\x21-\x3a\x3c-\x7e]*$/i.test(one));
  return wrong === undefined ? undefined : `"${wrong}" is not a parameter such as accounturi=https://….`;
}

function checkCaa(value: string): ValueCheck {
  const match = /^(\S+)\s+(\S+)\s+(?:"([^"]*)"|([^\s"]+))$/.exec(value);
  if (!match) return refuse(`Give flags, tag and a quoted value: 0 issue "letsencrypt.org".`);
  const [, flags = "", givenTag = "", quoted, bare] = match;
  const tag = givenTag.toLowerCase();
  const text = (quoted ?? bare ?? "").trim();
  const number = readUint16(flags);
  if (number === undefined || number > 255) return refuse(`The flags "${flags}" are not a whole number from 0 to 255.`);
  if (!CAA_TAGS.includes(tag)) return refuse(`"${givenTag}" is none of the tags ${CAA_TAGS.join(", ")}.`);
  if (!/^[\x20-\x7e]*$/.test(text) || text.includes("\\"))
    return refuse("The value has only plain letters, digits and signs.");
  if (text.length > 255) return refuse("The value is longer than 255 characters.");
  if (tag === "iodef" && !/^(mailto:[^\s@]+@[^\s@]+|https?:\/\/\S+)$/.test(text))
    return refuse("Reports go to an address such as mailto:security@example.org or https://…");
  if (tag !== "iodef") {
    const problem = checkIssuer(text);
    if (problem) return refuse(problem);
  }
  const warning = number !== 0 && number !== 128 ? "Flags other than 0 and 128 mean nothing yet." : undefined;
  return accept(`${flags} ${tag} "${text}"`, warning);
}

function checkTxt(value: string): ValueCheck {
  if (value === "") return refuse("Give the text.");
  if (!value.isWellFormed()) return refuse("The text has half a character in it. Type it again.");
  const { length } = encodeTxt(value);
  if (length > VALUE_CHARACTERS_MAX)
    return refuse(
      `This needs ${length} characters as Route 53 writes it, and ${VALUE_CHARACTERS_MAX} are allowed.${/[^\x20-\x7e]/.test(value) ? " Letters outside plain ASCII need four for each byte." : ""}`,
    );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value))
    return accept(value, "There are line breaks or control characters in the text. They become part of it.");
  if (/^".*"$/s.test(value))
    return accept(value, "The quotes become part of the text: leave them out unless they are meant.");
  if (value !== value.trim()) return accept(value, "The spaces at the ends become part of the text.");
  return accept(value);
}

/** What DNS and Route 53 accept as one value of a type, in the spelling the panel keeps. */
export function checkValue(type: RecordType, given: string): ValueCheck {
  if (type === "TXT") return checkTxt(given);
  const value = given.trim();
  if (value === "") return refuse("Give a value.");
  if (type === "A") return checkA(value);
  if (type === "AAAA") return checkAaaa(value);
  if (type === "MX") return checkMx(value);
  if (type === "SRV") return checkSrv(value);
  if (type === "CAA") return checkCaa(value);
  return checkTarget(value, { underscore: type === "CNAME" });
}
