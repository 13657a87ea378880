import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "#lib/platform/errors.ts";
import { PARTIAL } from "../object-store/keys.ts";

/** Errors of the disk, in words; a full one needs somebody who makes room. */
export function toDiskError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const detail = error instanceof Error ? error.message : String(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new AppError({
      code: "disk.full",
      message: `There is no room left on the disk to ${what}.`,
      advice: "Make room on the backup disk, then retry.",
      retry: "needs_person",
      detail,
      cause: error,
    });
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new AppError({
      code: "disk.forbidden",
      message: `The worker may not ${what}.`,
      advice: "Let the worker's user write there, then retry.",
      retry: "needs_person",
      detail,
      cause: error,
    });
  return new AppError({
    code: "disk.failed",
    message: `The disk failed to ${what}.`,
    retry: "retry",
    detail,
    cause: error,
  });
}

/** Few larger writes cost less than many small ones. */
const WRITE_BYTES = 256 * 1024;
/** Linux takes twice as many at once. */
const WRITE_PIECES = 512;

/** A file that does not exist under its own name until `commit`: nobody ever takes a half of it for the whole. */
export interface PartialFile {
  /** Keeps the data, unchanged, until there is enough for one write. */
  write(data: Uint8Array): Promise<void>;
  /** What was written, as it is on its way to the disk. */
  readonly sizeBytes: number;
  /** On the disk for good, under its name. */
  commit(): Promise<void>;
  /** Leaves nothing. Safe after commit, which it does not undo. */
  discard(): Promise<void>;
}

/** `once`: two writers have a file each, and the second to commit is refused (EEXIST) rather than the first overwritten. */
export async function createPartialFile(path: string, { once = false } = {}): Promise<PartialFile> {
  const what = `write ${path}`;
  const partial = join(dirname(path), `${PARTIAL}${basename(path)}${once ? `-${randomUUID()}` : ""}`);
  const handle = await openNew(partial).catch((error: unknown) => {
    throw toDiskError(error, what);
  });
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let sizeBytes = 0;
  let closed = false;
  const flush = async () => {
    const pieces = waiting;
    waiting = [];
    waitingBytes = 0;
    await writeAll(handle, pieces);
  };
  const close = async () => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    write: async (data) => {
      sizeBytes += data.length;
      waiting.push(data);
      waitingBytes += data.length;
      if (waitingBytes < WRITE_BYTES && waiting.length < WRITE_PIECES) return;
      await flush().catch((error: unknown) => {
        throw toDiskError(error, what);
      });
    },
    commit: async () => {
      try {
        await flush();
        await handle.sync();
        await close();
        await (once ? renameOnce(partial, path) : rename(partial, path));
        await syncFolder(dirname(path));
      } catch (error) {
        throw toDiskError(error, what);
      }
    },
    discard: async () => {
      await close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

/** The disk may take less than it is given. */
async function writeAll(handle: FileHandle, pieces: Uint8Array[]): Promise<void> {
  let left = pieces;
  while (left.length > 0) {
    let { bytesWritten } = await handle.writev(left);
    left = left.flatMap((piece) => {
      const written = Math.min(bytesWritten, piece.length);
      bytesWritten -= written;
      return written === piece.length ? [] : [piece.subarray(written)];
    });
  }
}

/** Its folder may be taken away as an empty one between making it and using it: then once more. */
async function openNew(partial: string): Promise<FileHandle> {
  for (let tries = 1; ; tries++) {
    await mkdir(dirname(partial), { recursive: true, mode: 0o750 });
    await rm(partial, { force: true });
    try {
      return await open(partial, "wx", 0o640);
    } catch (error) {
      if (!isMissing(error) || tries === 5) throw error;
    }
  }
}

/** A link fails where a name is taken, which a rename does not. File systems without links are asked first instead. */
async function renameOnce(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch (error) {
    if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
    if ((await findFileSize(path)) !== null) throw Object.assign(new Error("The name is taken."), { code: "EEXIST" });
    await rename(partial, path);
    return;
  }
  await rm(partial, { force: true });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a small file whole or not at all. */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const file = await createPartialFile(path);
  try {
    await file.write(Buffer.from(text));
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** The text of a small file; null when it is not there. */
export async function readWholeFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw toDiskError(error, `read ${path}`);
  }
}

/** Its size; null when it is not there. */
export async function findFileSize(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw toDiskError(error, `look at ${path}`);
  }
}

/** Removes files and what a killed writer left of them. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) {
      await rm(path, { force: true });
      await rm(join(dirname(path), `${PARTIAL}${basename(path)}`), { force: true });
    }
  } catch (error) {
    throw toDiskError(error, "remove a file");
  }
}

/** The file's bytes in order. */
export async function* readChunks(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { signal, highWaterMark: 256 * 1024 });
  } catch (error) {
    signal.throwIfAborted();
    throw toDiskError(error, `read ${path}`);
  }
}

const hasCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && "code" in error && codes.includes(String(error.code));
const isMissing = (error: unknown) => hasCode(error, "ENOENT");
