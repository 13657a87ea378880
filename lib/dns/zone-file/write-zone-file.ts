/** A record set as it goes into a file. */
export interface FileSet {
  name: string;
  type: string;
  ttl: number;
  values: readonly string[];
  /** Above its lines. */
  comment?: string;
}

const MAX_STRING_BYTES = 255;
const NAME_AT_END = new Set(["CNAME", "NS", "PTR", "MX", "SRV"]);

function quote(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === "\\") text += `\\${char}`;
    // Zone files count in decimal, where Route 53 counts in octal.
    else text += byte >= 0x20 && byte < 0x7f ? char : `\\${String(byte).padStart(3, "0")}`;
  }
  return `"${text}"`;
}

function quoteText(value: string): string {
  const bytes = Buffer.from(value, "utf8");
  const strings: string[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += MAX_STRING_BYTES)
    strings.push(quote(bytes.subarray(at, at + MAX_STRING_BYTES)));
  return strings.length === 1 ? (strings[0] ?? "") : `( ${strings.join(" ")} )`;
}

function writeValue(type: string, value: string): string {
  if (type === "TXT") return quoteText(value);
  return NAME_AT_END.has(type) && !value.endsWith(".") ? `${value}.` : value;
}

const relative = (name: string, zone: string) => {
  if (name === zone) return "@";
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : `${name}.`;
};

const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** Line by line, so that a zone of any size is never one text. */
export async function* writeZoneFile(
  zone: string,
  about: string,
  sets: AsyncIterable<FileSet> | Iterable<FileSet>,
): AsyncGenerator<string> {
  yield `; ${oneLine(about)}\n$ORIGIN ${zone}.\n`;
  for await (const { name, type, ttl, values, comment } of sets) {
    const lines = values.map((value) => `${relative(name, zone)}\t${ttl}\tIN\t${type}\t${writeValue(type, value)}\n`);
    yield `${comment ? `; ${oneLine(comment)}\n` : ""}${lines.join("")}`;
  }
}
