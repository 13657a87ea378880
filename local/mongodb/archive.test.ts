import { BSON, Long } from "mongodb";
import { describe, expect, it } from "vitest";
import { ArchiveReader, writeEof, writePrelude, writeSegment } from "./archive.ts";
import { Crc64 } from "./crc64.ts";
import { createMatcher, createRenamer } from "./namespaces.ts";

const sumOf = (...parts: Uint8Array[]) => {
  const sum = new Crc64();
  for (const part of parts) sum.add(part);
  return sum;
};

describe("the archive", () => {
  const notes = { db: "notes", collection: "note", metadata: '{"options":{}}', size: 0, type: "collection" };
  const documents = [1, 2, 3].map((_id) => BSON.serialize({ _id }));
  const whole = Buffer.concat([
    writePrelude("7.0.0", [notes]),
    writeSegment(notes, documents.slice(0, 2)),
    writeSegment(notes, documents.slice(2)),
    writeEof(notes, sumOf(...documents)),
  ]);
  /** In pieces as small as a pipe may give them. */
  async function* inPieces(bytes: Buffer, length: number) {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }
  async function read(bytes: Buffer, length = 7) {
    const reader = new ArchiveReader(inPieces(bytes, length));
    const { collections } = await reader.readPrelude();
    const blocks: unknown[] = [];
    for (let block = await reader.readBlock(); block; block = await reader.readBlock()) {
      const ids: unknown[] = [];
      for await (const one of block.documents) ids.push(BSON.deserialize(one)._id);
      blocks.push([block.head.EOF, ids]);
    }
    return { collections, blocks };
  }

  it("begins and ends with the bytes the panel looks for", () => {
    expect(whole.readUInt32LE(0)).toBe(0x8199e26d);
    expect(whole.subarray(-4)).toEqual(Buffer.alloc(4, 0xff));
  });

  it("is read as it was written, however it comes", async () => {
    const expected = {
      collections: [notes],
      blocks: [
        [false, [1, 2]],
        [false, [3]],
        [true, []],
      ],
    };
    for (const length of [1, 7, 10_000]) expect(await read(whole, length)).toEqual(expected);
  });

  it("that was cut, or is none, is told in the tools' words", async () => {
    await expect(read(whole.subarray(0, whole.length - 10))).rejects.toThrow(/corruption found in archive; read bson/);
    await expect(read(whole.subarray(0, whole.length - 4))).rejects.toThrow(/ParserConsumer\.BodyBSON/);
    await expect(read(Buffer.from("-- a dump in SQL"))).rejects.toThrow(/does not appear to be a mongodump archive/);
  });

  it("has the checksum that everybody computes: CRC-64 as of xz", () => {
    expect(sumOf(Buffer.from("123456789")).value()).toEqual(Long.fromBigInt(BigInt.asIntN(64, 0x995dc9bbdf1939fan)));
    expect(sumOf(Buffer.from("1234"), Buffer.from("56789")).value()).toEqual(sumOf(Buffer.from("123456789")).value());
  });
});

describe("names of collections", () => {
  it("are picked and renamed by patterns", () => {
    expect(createMatcher(["admin.*", "config.*"])("admin.system.users")).toBe(true);
    expect(createMatcher(["notes.*"])("notes_other.note")).toBe(false);
    expect(createRenamer(["notes.*"], ["notes_restored.*"])("notes.a.b")).toBe("notes_restored.a.b");
    expect(createRenamer(["*.*"], ["*_restored.*"])("notes.a.b")).toBe("notes_restored.a.b");
    expect(createRenamer(["notes.*"], ["x.*"])("other.a")).toBe("other.a");
  });
});
