/** What JSON can hold, as an expression of the Nix language. */
export type NixValue = string | number | boolean | null | NixValue[] | { [name: string]: NixValue };

const KEYWORDS = new Set(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"]);
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_'-]*$/;
const STEP = "  ";

/** A text in double quotes; nothing in it is ever read as code. */
const quoteNix = (text: string): string =>
  `"${text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("${", "\\${")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")}"`;

/** A name of an attribute, quoted where it has to be. */
export const nameNix = (name: string): string => (PLAIN_NAME.test(name) && !KEYWORDS.has(name) ? name : quoteNix(name));

function writeNumber(value: number): string {
  const text = Object.is(value, -0) ? "0" : String(value);
  const plain = Number.isSafeInteger(value) || /^-?\d+\.\d+$/.test(text);
  // Other spellings of JavaScript's are none of Nix's.
  const nix = plain ? text : `(builtins.fromJSON ${quoteNix(text)})`;
  return nix.startsWith("-") ? `(${nix})` : nix;
}

/** An expression, indented for a line that begins with `indent`. */
export function writeNix(value: NixValue, indent = ""): string {
  if (value === null) return "null";
  if (typeof value === "string") return quoteNix(value);
  if (typeof value === "number") return writeNumber(value);
  if (typeof value === "boolean") return String(value);
  const inner = `${indent}${STEP}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[ ]";
    return `[\n${value.map((one) => `${inner}${writeNix(one, inner)}\n`).join("")}${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{ }";
  return `{\n${entries.map(([name, one]) => `${inner}${nameNix(name)} = ${writeNix(one, inner)};\n`).join("")}${indent}}`;
}
