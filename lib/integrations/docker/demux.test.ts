import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutputFrame } from "#lib/integrations/program/types.ts";
import { readFrames } from "./demux.ts";

const frame = (stream: 1 | 2, data: Buffer) => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};

async function* inPieces(bytes: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function collect(frames: AsyncIterable<OutputFrame>) {
  const found = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  for await (const { stream, data } of frames) found[stream] = Buffer.concat([found[stream], data]);
  return found;
}

describe("readFrames", () => {
  test("gives back what went in, however the socket cut it", async () => {
    const parts = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.uint8Array({ maxLength: 300 })), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), async (written, sizes) => {
        const bytes = Buffer.concat(written.map(([stream, data]) => frame(stream, Buffer.from(data))));
        const of = (wanted: 1 | 2) =>
          Buffer.concat(written.filter(([stream]) => stream === wanted).map(([, data]) => Buffer.from(data)));
        const found = await collect(readFrames(inPieces(bytes, sizes)));
        expect(found.stdout.equals(of(1))).toBe(true);
        expect(found.stderr.equals(of(2))).toBe(true);
      }),
    );
  });

  test("gives out what there is of a cut last frame", async () => {
    const bytes = frame(1, Buffer.from("whole and cut")).subarray(0, 8 + 5);
    expect((await collect(readFrames(inPieces(bytes, [3])))).stdout.toString()).toBe("whole");
  });

  test("reads nothing ahead of its reader", async () => {
    let given = 0;
    async function* source() {
      for (;;) {
        given += 1;
        yield frame(1, Buffer.alloc(1000));
      }
    }
    const frames = readFrames(source());
    await frames.next();
    await frames.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBe(2);
    await frames.return(undefined);
  });
});
