import { BSON, type Document, Long } from "mongodb";
import type { Crc64 } from "./crc64.ts";

/**
 * The archive of mongodump as its specification has it (mongo-tools, common/archive/spec.md): a magic number, a head, what is known
 * of each collection, then pieces of collections, one after another or mixed, each piece ended by four bytes of ones and each
 * collection by a checksum of its documents.
 */
const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const TERMINATOR = Buffer.alloc(4, 0xff);
const SMALLEST = 5;
const LARGEST = 16_793_600;

export interface CollectionHead {
  db: string;
  collection: string;
  /** Its options and indexes, as extended JSON; empty for what is none, as the oplog. */
  metadata: string;
  size: number;
  type: string;
}

export function writePrelude(serverVersion: string, collections: readonly CollectionHead[]): Buffer {
  const head = { concurrent_collections: 4, version: "0.1", server_version: serverVersion, tool_version: "stand-in" };
  const known = collections.map((one) => BSON.serialize({ ...one, size: new BSON.Int32(one.size) }));
  return Buffer.concat([MAGIC, BSON.serialize(head), ...known, TERMINATOR]);
}

type Namespace = Pick<CollectionHead, "db" | "collection">;

const header = ({ db, collection }: Namespace, EOF: boolean, CRC: Long) => BSON.serialize({ db, collection, EOF, CRC });

/** One piece: the collection's name and some of its documents. */
export const writeSegment = (namespace: Namespace, documents: readonly Uint8Array[]): Buffer =>
  Buffer.concat([header(namespace, false, Long.fromInt(0)), ...documents, TERMINATOR]);

/** The end of a collection. */
export const writeEof = (namespace: Namespace, sum: Crc64): Buffer =>
  Buffer.concat([header(namespace, true, sum.value()), TERMINATOR]);

export type Block = { head: Document; documents: AsyncGenerator<Buffer> };

const corrupt = (what: string) => new Error(`corruption found in archive; ${what}`);

/** Reads an archive block by block: a head, documents, the terminator. Throws in the tools' words where it is no whole one. */
export class ArchiveReader {
  readonly #input: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(input: AsyncIterable<Buffer>) {
    this.#input = input[Symbol.asyncIterator]();
  }

  async #take(length: number): Promise<Buffer | null> {
    while (this.#buffer.length < length) {
      const { value, done } = await this.#input.next();
      if (done) return null;
      this.#buffer = Buffer.concat([this.#buffer, value]);
    }
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  async readPrelude(): Promise<{ serverVersion: string; collections: CollectionHead[] }> {
    const magic = await this.#take(4);
    if (!magic) throw new Error("I/O failure reading beginning of archive: EOF");
    if (!magic.equals(MAGIC)) throw new Error("stream or file does not appear to be a mongodump archive");
    const block = await this.readBlock();
    if (!block) throw corrupt("no header");
    const collections: CollectionHead[] = [];
    for await (const one of block.documents) collections.push(BSON.deserialize(one) as CollectionHead);
    return { serverVersion: String(block.head.server_version), collections };
  }

  /** null: the archive is at its end. */
  async readBlock(): Promise<Block | null> {
    const head = await this.#readOne();
    if (head === null) return null;
    if (head === "terminator") throw corrupt("consecutive terminators / headerless blocks are not allowed");
    return { head: BSON.deserialize(head, { promoteLongs: false }), documents: this.#readDocuments() };
  }

  async *#readDocuments(): AsyncGenerator<Buffer> {
    for (;;) {
      const one = await this.#readOne();
      if (one === null) throw corrupt("ParserConsumer.BodyBSON() ( EOF )");
      if (one === "terminator") return;
      yield one;
    }
  }

  async #readOne(): Promise<Buffer | "terminator" | null> {
    const start = await this.#take(4);
    if (!start) {
      if (this.#buffer.length > 0) throw corrupt("I/O error reading length or terminator ( unexpected EOF )");
      return null;
    }
    if (start.equals(TERMINATOR)) return "terminator";
    const size = start.readInt32LE(0);
    if (size < SMALLEST || size > LARGEST)
      throw corrupt(`${size} is neither a valid bson length nor a archive terminator`);
    const rest = await this.#take(size - 4);
    if (!rest) throw corrupt("read bson ( unexpected EOF )");
    if (rest.at(-1) !== 0)
      throw corrupt(`bson (size: ${size}, byte: ${rest.at(-1)?.toString(16)}) doesn't end with a null byte`);
    return Buffer.concat([start, rest]);
  }
}
