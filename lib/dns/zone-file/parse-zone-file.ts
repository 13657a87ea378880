import { type Entry, readEntries, textOf, type Word } from "./read-entries.ts";

/** One line's record, with its value as the panel writes values. */
export interface FileRecord {
  line: number;
  /** Lower case, whole, without the dot at the end. */
  name: string;
  type: string;
  /** Null: neither the line nor the file says. */
  ttl: number | null;
  value: string;
}

interface FileProblem {
  line: number;
  reason: string;
}

export interface ZoneFile {
  records: FileRecord[];
  problems: FileProblem[];
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const CLASSES = new Set(["IN", "CH", "HS", "CS"]);
const TTL = /^(\d+|(\d+[smhdw])+)$/i;

/** `3600`, `1h30m`. */
function readTtl(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  if (!TTL.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhdw])/gi)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 0),
    0,
  );
}

class Unreadable extends Error {}

interface State {
  origin: string;
  ttl: number | null;
  lastName: string | null;
  lastTtl: number | null;
}

/** A name as the file means it: relative ones end with the origin. */
function toName(word: Word, { origin }: State): string {
  const text = textOf(word).toLowerCase();
  if (text === "@") return origin;
  if (text === ".") return text;
  return text.endsWith(".") ? text.slice(0, -1) : `${text}.${origin}`;
}

/** Bytes as text; what is no UTF-8 is read as Latin-1 rather than lost. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}

/** How many words the types have whose last word is a name, that one included. */
const NAME_AT_END: Record<string, number> = { CNAME: 1, NS: 1, PTR: 1, MX: 2, SRV: 4 };

function toValue(type: string, words: Word[], state: State): string {
  if (words.length === 0) throw new Unreadable("The value is missing.");
  if (type === "TXT") return decode(Buffer.concat(words.map(({ bytes }) => bytes)));
  const texts = words.map(textOf);
  const length = NAME_AT_END[type];
  const last = words.at(-1);
  if (length !== undefined && last) {
    if (words.length !== length)
      throw new Unreadable(`A ${type} record has ${length} ${length === 1 ? "part" : "parts"}, not ${words.length}.`);
    return [...texts.slice(0, -1), toName(last, state)].join(" ");
  }
  if (type === "CAA") return `${texts.slice(0, 2).join(" ")} "${texts.slice(2).join(" ")}"`;
  return texts.join(" ");
}

function applyDirective(words: Word[], state: State): void {
  const [directive, argument] = words;
  const name = directive ? textOf(directive).toUpperCase() : "";
  if (name === "$ORIGIN" && argument) state.origin = toName(argument, state);
  else if (name === "$TTL" && argument) {
    const ttl = readTtl(textOf(argument));
    if (ttl === undefined) throw new Unreadable(`"${textOf(argument)}" is no TTL.`);
    state.ttl = ttl;
  } else if (name === "$INCLUDE") throw new Unreadable("Other files cannot be read from here: paste them too.");
  else throw new Unreadable(`${name} is not understood.`);
}

function parseRecord({ line, isContinued, words }: Entry, state: State): FileRecord {
  const rest = [...words];
  if (!isContinued) {
    const first = rest.shift();
    if (first) state.lastName = toName(first, state);
  }
  const name = state.lastName;
  if (name === null) throw new Unreadable("There is no name before this line that it could belong to.");
  let ttl: number | undefined;
  let hasClass = false;
  for (let next = rest[0]; next !== undefined && !next.isQuoted; next = rest[0]) {
    const text = textOf(next);
    if (ttl === undefined && TTL.test(text)) ttl = readTtl(text);
    else if (!hasClass && CLASSES.has(text.toUpperCase())) {
      if (text.toUpperCase() !== "IN") throw new Unreadable(`The class ${text} is not the internet's.`);
      hasClass = true;
    } else break;
    rest.shift();
  }
  const typeWord = rest.shift();
  const type = typeWord ? textOf(typeWord).toUpperCase() : "";
  if (!/^[A-Z][A-Z0-9-]*$/.test(type)) throw new Unreadable("The type of the record is missing.");
  if (ttl !== undefined) state.lastTtl = ttl;
  return { line, name, type, ttl: ttl ?? state.ttl ?? state.lastTtl, value: toValue(type, rest, state) };
}

/** The records of a BIND zone file. A line that cannot be read is told and left out; the others stand. */
export function parseZoneFile(text: string, zone: string): ZoneFile {
  const state: State = { origin: zone, ttl: null, lastName: null, lastTtl: null };
  const file: ZoneFile = { records: [], problems: [] };
  for (const entry of readEntries(text)) {
    try {
      if (entry.problem !== undefined) throw new Unreadable(entry.problem);
      const [first] = entry.words;
      if (first && !first.isQuoted && !entry.isContinued && textOf(first).startsWith("$"))
        applyDirective(entry.words, state);
      else file.records.push(parseRecord(entry, state));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      file.problems.push({ line: entry.line, reason: error.message });
    }
  }
  return file;
}
