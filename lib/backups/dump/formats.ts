import type { SourceKind } from "../constants.ts";

/** What the content of a part is, before compression. */
export type FormatName = "sql" | "globals" | "custom" | "archive" | "rdb" | "tar" | "list" | "keys";

/** How a whole one of a format begins and ends. */
interface Format {
  /** Given the first bytes. */
  begins(head: Buffer): boolean;
  /** Given the last bytes, TAIL_BYTES of them where there are so many. */
  ends(tail: Buffer): boolean;
  /** May it hold nothing at all. */
  mayBeEmpty?: boolean;
}

export const TAIL_BYTES = 400;

const anything = () => true;
const startsWith = (text: string) => (head: Buffer) => head.subarray(0, text.length).toString("latin1") === text;
// At its very end, for a row may hold the same words. With the line's beginning: what is cut off begins none.
const ENDS_SQL = /\n-- Dump completed[^\n]*\n$/;
const ENDS_GLOBALS = /\n--\n-- PostgreSQL database cluster dump complete\n--\n+$/;

/**
 * A 0 as pg_dump writes it, sign and four bytes: the block of no length that ends a table's data, the large objects' too. Where
 * nothing has data, the place of the last entry's, eight bytes of zeros. What is cut just behind the data of an earlier table ends
 * the same, and only a restore finds it.
 */
const ZERO = Buffer.alloc(5);

/** End-of-file opcode, eight bytes of checksum; `redis-cli` also lets through the forty of the mark that ended its transfer. */
const RDB_END = [9, 49];
const TERMINATOR = Buffer.alloc(4, 0xff);

export const FORMATS: Record<FormatName, Format> = {
  sql: { begins: anything, ends: (tail) => ENDS_SQL.test(tail.toString("utf8")) },
  globals: { begins: anything, ends: (tail) => ENDS_GLOBALS.test(tail.toString("utf8")) },
  custom: { begins: startsWith("PGDMP"), ends: (tail) => tail.subarray(-ZERO.length).equals(ZERO) },
  archive: {
    begins: (head) => head.length >= 4 && head.readUInt32LE(0) === 0x8199e26d,
    ends: (tail) => tail.subarray(-4).equals(TERMINATOR),
  },
  rdb: { begins: startsWith("REDIS0"), ends: (tail) => RDB_END.some((back) => tail.at(-back) === 0xff) },
  // Two blocks of zeros, then more up to a whole record.
  tar: { begins: anything, ends: (tail) => tail.length === TAIL_BYTES && tail.every((byte) => byte === 0) },
  list: { begins: anything, ends: (tail) => tail.length === 0 || tail.at(-1) === 0x0a, mayBeEmpty: true },
  keys: { begins: startsWith("{"), ends: (tail) => /\}\s*$/.test(tail.toString("utf8")) },
};

/** What a part of this name is, in a backup of this kind. */
export function formatOf(engine: SourceKind, part: string): FormatName {
  if (part === "globals" || part === "list" || part === "keys") return part;
  switch (engine) {
    case "postgresql":
      return "custom";
    case "mongodb":
      return "archive";
    case "redis":
      return "rdb";
    case "files":
    case "volume":
      return "tar";
    default:
      return "sql";
  }
}
