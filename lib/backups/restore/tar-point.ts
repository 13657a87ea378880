import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { AppError } from "#lib/platform/errors.ts";

/** One file of an archive: its length is known before its bytes are read. */
export interface ArchiveFile {
  name: string;
  sizeBytes: number;
  read(): AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
/** The most that eleven octal digits say; above it the length is written in binary, as GNU and POSIX tar both read it. */
const OCTAL_MAX = 0o77777777777;
const pad = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

/** Length of the whole archive: headers, files filled up to blocks, two empty blocks at the end. */
export const measureTar = (files: readonly Pick<ArchiveFile, "sizeBytes">[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + BLOCK + sizeBytes + pad(sizeBytes), 2 * BLOCK);

function writeHeader(name: string, sizeBytes: number, at: Date): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for the archive.`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  header.write(name, 0, "utf8");
  header.write(octal(0o600, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  if (sizeBytes <= OCTAL_MAX) header.write(octal(sizeBytes, 12), 124);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  header.write(octal(Math.floor(at.getTime() / 1000), 12), 136);
  header.fill(" ", 148, 156);
  header.write("0", 156);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** A file that turns out longer or shorter than was said breaks the archive: the reader sees it end early, never a wrong whole. */
export async function* writeTar(files: readonly ArchiveFile[], at: Date): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield writeHeader(file.name, file.sizeBytes, at);
    yield* readWhole(file);
    yield Buffer.alloc(pad(file.sizeBytes));
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** Its bytes, exactly as many as were said. */
export async function* readWhole({ name, sizeBytes, read }: ArchiveFile): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of read()) {
    sent += chunk.length;
    if (sent > sizeBytes) break;
    yield chunk;
  }
  if (sent === sizeBytes) return;
  throw new AppError({
    code: "backups.changed_object",
    message: `The stored object ${name} is not as long as it was when it was stored.`,
  });
}

export const fromStore = (store: ObjectStore, key: string, sizeBytes: number, signal: AbortSignal): ArchiveFile => ({
  name: key.split("/").at(-1) ?? key,
  sizeBytes,
  read: () => store.get(key, signal),
});

export const fromText = (name: string, text: string): ArchiveFile => {
  const bytes = Buffer.from(text, "utf8");
  return {
    name,
    sizeBytes: bytes.length,
    read: async function* () {
      yield bytes;
    },
  };
};
