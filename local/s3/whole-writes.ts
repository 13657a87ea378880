import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FilesystemStore } from "s3rver";

/**
 * s3rver writes where the object is to be, and answers before the last byte is there. A real store shows an object only
 * once it is whole; so does this one with these two in place of its own.
 */
export function makeWritesWhole(store: FilesystemStore): void {
  store.putObject = async ({ bucket, key, content, metadata }) => {
    const path = store.getResourcePath(bucket, key, "object");
    const uploads = store.getResourcePath(bucket, undefined, "uploads");
    const written = await writeWhole(path, uploads, content);
    await store.putMetadata(bucket, key, metadata, written.md5);
    return written;
  };
  store.putPart = async (bucket, uploadId, partNumber, content) => {
    const uploads = store.getResourcePath(bucket, undefined, "uploads");
    const path = join(uploads, uploadId, String(partNumber));
    const written = await writeWhole(path, uploads, content);
    await writeFile(`${path}.md5`, written.md5);
    return written;
  };
}

async function writeWhole(path: string, temporaryFolder: string, content: Readable | Buffer) {
  await mkdir(temporaryFolder, { recursive: true });
  const temporary = join(temporaryFolder, `.${randomUUID()}`);
  const hash = createHash("md5");
  let size = 0;
  try {
    await pipeline(
      Buffer.isBuffer(content) ? Readable.from([content]) : content,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(temporary),
    );
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { size, md5: hash.digest("hex") };
}
