import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withSmallDisk } from "#lib/integrations/disk/testing/small-disk.ts";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import type { Compression } from "../constants.ts";
import { decodeInto } from "./decode-stream.ts";
import { compress } from "./testing.ts";

const bin = mkdtempSync(join(tmpdir(), "seaworthy-bin-"));
afterAll(() => rmSync(bin, { recursive: true }));

/** One that compresses badly. */
const TEXT = Buffer.from(Array.from({ length: 500_000 }, createByte()));
function createByte() {
  const random = createRandom(7);
  return () => random(256);
}

const decode = (compression: Compression, stored: Buffer, env: Record<string, string> = {}) =>
  decodeInto(
    startProgram,
    {
      argv: [],
      compression,
      env,
      body: (async function* () {
        yield stored;
      })(),
    },
    AbortSignal.timeout(60_000),
  );

/** A decoder found before the real one. */
function standIn(program: string, script: string): Record<string, string> {
  writeFileSync(join(bin, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, program), 0o755);
  return { PATH: `${bin}:/usr/bin:/bin` };
}

test.each([
  ["killed", "head -c 1000 >/dev/null; kill -9 $$", "backups.scratch_died"],
  [
    "without memory",
    "echo 'zstd: error 11 : Allocation error : not enough memory' >&2; exit 11",
    "backups.scratch_died",
  ],
  ["without memory, in the kernel's words", "echo 'zstd: Cannot allocate memory' >&2; exit 1", "backups.scratch_died"],
  [
    "without room",
    "echo 'zstd: error 70 : Write error : No space left on device' >&2; exit 70",
    "backups.scratch_full",
  ],
])("a decoder %s says nothing about what it was given", async (_how, script, code) => {
  const stored = await compress(TEXT, "zstd");
  await expect(decode("zstd", stored, standIn("zstd", script))).rejects.toMatchObject({ code, retry: "retry" });
});

test("nor does a disk that is too small for what lrzip wants as a file", async () => {
  const stored = await compress(TEXT, "lrzip");
  expect(await decode("lrzip", stored)).toMatchObject({ decoderExit: 0, rawBytes: TEXT.length });
  await withSmallDisk("256k", async (folder) => {
    const failed = decode("lrzip", stored, { TMPDIR: folder });
    await expect(failed).rejects.toMatchObject({ code: "backups.scratch_full", retry: "retry" });
  });
});

test.each(["zstd", "gzip", "lrzip"] as const)("what %s cannot read is bad", async (compression) => {
  const stored = await compress(TEXT, compression);
  const { decoderExit } = await decode(compression, stored.subarray(0, stored.length / 2));
  expect(decoderExit).not.toBe(0);
});
