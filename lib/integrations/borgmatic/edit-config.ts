import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { AppError } from "#lib/platform/errors.ts";

/** What of one service stands in a borgmatic file. */
export interface BorgmaticEntries {
  /** Items of source_directories. */
  sourceDirectories: readonly string[];
  /** Names in any of the lists of databases. */
  databases: readonly string[];
}

export interface BorgmaticEdit extends BorgmaticEntries {
  text: string;
}

const DATABASE_LIST = /^(mariadb|mysql|postgresql|mongodb|sqlite)_databases$/;
/** Until 1.7 the lists stood in sections; since 1.8 at the top. */
const SECTIONS = ["location", "hooks"];

function parse(text: string): Document {
  const doc = parseDocument(text);
  const [problem] = doc.errors;
  if (!problem && isMap(doc.contents)) return doc;
  throw new AppError({
    code: "borgmatic.unreadable",
    message: "borgmatic's configuration file cannot be read as YAML.",
    advice: "Mend the file, then try again.",
    retry: "needs_person",
    ...(problem ? { detail: problem.message } : {}),
  });
}

/** As the file is written, so that nothing but the entries changes. */
function styleOf(text: string) {
  const indent = /^( +)\S/m.exec(text.replace(/^\s*#.*$/gm, ""))?.[1]?.length ?? 4;
  const list = /^( *)[A-Za-z_]+:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( *)- /m.exec(text);
  const indentSeq = !list || (list[2]?.length ?? 0) > (list[1]?.length ?? 0);
  return { indent: Math.max(1, indent), indentSeq, lineWidth: 0, flowCollectionPadding: !/\[\S/.test(text) };
}

const write = (doc: Document, text: string) => doc.toString(styleOf(text));

function* mapsOf(doc: Document): Generator<YAMLMap> {
  if (!isMap(doc.contents)) return;
  yield doc.contents;
  for (const section of SECTIONS) {
    const inner = doc.contents.get(section, true);
    if (isMap(inner)) yield inner;
  }
}

/** Every list of databases with its key, wherever it stands. */
function* databaseLists(doc: Document): Generator<{ map: YAMLMap; key: string; list: YAMLSeq }> {
  for (const map of mapsOf(doc))
    for (const pair of [...map.items]) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      if (DATABASE_LIST.test(key) && isSeq(pair.value)) yield { map, key, list: pair.value };
    }
}

function* directoryLists(doc: Document): Generator<{ map: YAMLMap; key: string; list: YAMLSeq }> {
  for (const map of mapsOf(doc)) {
    const list = map.get("source_directories", true);
    if (isSeq(list)) yield { map, key: "source_directories", list };
  }
}

const trimSlash = (path: string) => (path.length > 1 ? path.replace(/\/+$/, "") : path);
const directoryOf = (item: unknown): string | null => (isScalar(item) ? trimSlash(String(item.value)) : null);
const databaseOf = (item: unknown): string | null => (isMap(item) ? String(item.get("name") ?? "") || null : null);

/** Where one item of a list stands in the text, from its line's beginning to the next line's; null when it shares a line. */
function findLines(text: string, item: unknown): [number, number] | null {
  const range = isScalar(item) || isMap(item) ? item.range : null;
  if (!range) return null;
  const begin = text.lastIndexOf("\n", range[0] - 1) + 1;
  if (!/^[ \t]*-[ \t]+$/.test(text.slice(begin, range[0]))) return null;
  const newline = text.indexOf("\n", range[1] > range[0] && text[range[1] - 1] === "\n" ? range[1] - 1 : range[1]);
  return [begin, newline === -1 ? text.length : newline + 1];
}

interface Taken {
  names: string[];
  /** Pieces of the text to cut; null: they cannot be cut out as whole lines. */
  cuts: [number, number][] | null;
}

/** Takes the named items out of a list. */
function takeOut(
  text: string,
  list: YAMLSeq,
  nameOf: (item: unknown) => string | null,
  names: ReadonlySet<string>,
): Taken {
  const taken: Taken = { names: [], cuts: [] };
  list.items = list.items.filter((item) => {
    const name = nameOf(item);
    if (name === null || !names.has(name)) return true;
    taken.names.push(name);
    const lines = findLines(text, item);
    if (lines) taken.cuts?.push(lines);
    else taken.cuts = null;
    return false;
  });
  return taken;
}

/** The text without these pieces when it then says what the document says, else the document written anew. */
function cutOrWrite(text: string, doc: Document, cuts: readonly [number, number][] | null): string {
  if (cuts) {
    const sorted = cuts.toSorted((a, b) => b[0] - a[0]);
    const cut = sorted.reduce((rest, [begin, end]) => rest.slice(0, begin) + rest.slice(end), text);
    const again = parseDocument(cut);
    if (again.errors.length === 0 && JSON.stringify(again.toJS()) === JSON.stringify(doc.toJS())) return cut;
  }
  return write(doc, text);
}

/** The file without a service's entries, comments and all else as it was. Says which were there. */
export function removeEntries(text: string, entries: BorgmaticEntries): BorgmaticEdit {
  const doc = parse(text);
  const directories = new Set(entries.sourceDirectories.map(trimSlash));
  const names = new Set(entries.databases);
  let cuts: [number, number][] | null = [];
  const sourceDirectories = new Set<string>();
  const databases = new Set<string>();
  const note = (taken: Taken, into: Set<string>) => {
    for (const name of taken.names) into.add(name);
    cuts = cuts && taken.cuts ? [...cuts, ...taken.cuts] : null;
  };
  for (const { list } of directoryLists(doc)) note(takeOut(text, list, directoryOf, directories), sourceDirectories);
  for (const { map, key, list } of databaseLists(doc)) {
    note(takeOut(text, list, databaseOf, names), databases);
    // borgmatic takes an empty list of databases for a mistake.
    if (list.items.length > 0) continue;
    map.delete(key);
    cuts = null;
  }
  const found = { sourceDirectories: [...sourceDirectories], databases: [...databases] };
  const nothing = sourceDirectories.size + databases.size === 0;
  return { ...found, text: nothing ? text : cutOrWrite(text, doc, cuts) };
}

/** Puts entries back that an earlier copy of the file has and this one has not. */
export function restoreEntries(text: string, copy: string, entries: BorgmaticEntries): BorgmaticEdit {
  const doc = parse(text);
  const before = parse(copy);
  const sourceDirectories: string[] = [];
  const databases: string[] = [];
  for (const { map, key, list } of [...directoryLists(before), ...databaseLists(before)]) {
    const isDirectories = key === "source_directories";
    const nameOf = isDirectories ? directoryOf : databaseOf;
    const wanted = new Set(isDirectories ? entries.sourceDirectories.map(trimSlash) : entries.databases);
    const path = pathOf(before, map, key);
    for (const item of list.items) {
      const name = nameOf(item);
      if (name === null || !wanted.has(name)) continue;
      const present = doc.getIn(path, true);
      if (isSeq(present) && present.items.some((one) => nameOf(one) === name)) continue;
      if (isSeq(present)) present.items.push(item);
      else doc.setIn(path, doc.createNode([item]));
      (isDirectories ? sourceDirectories : databases).push(name);
    }
  }
  const nothing = sourceDirectories.length + databases.length === 0;
  return { sourceDirectories, databases, text: nothing ? text : write(doc, text) };
}

function pathOf(doc: Document, map: YAMLMap, key: string): string[] {
  const inner = (name: string): unknown => (isMap(doc.contents) ? doc.contents.get(name, true) : undefined);
  const section = SECTIONS.find((name) => inner(name) === map);
  return section === undefined ? [key] : [section, key];
}
