import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "#lib/platform/errors.ts";

const PARTIAL = ".partial-";

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

/** A file that does not exist under its own name until `commit`: nobody ever takes a half of it for the whole. */
export interface PartialFile {
  write(data: Uint8Array): Promise<void>;
  /** What was written, as it is on its way to the disk. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** On the disk for good, under its name. */
  commit(): Promise<void>;
  /** Leaves nothing. Safe after commit, which it does not undo. */
  discard(): Promise<void>;
}

export async function createPartialFile(path: string): Promise<PartialFile> {
  const what = `write ${path}`;
  const partial = join(dirname(path), `${PARTIAL}${basename(path)}`);
  const handle = await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    .then(() => rm(partial, { force: true }))
    .then(() => open(partial, "wx", 0o640))
    .catch((error: unknown) => {
      throw toDiskError(error, what);
    });
  const hash = createHash("sha256");
  let sizeBytes = 0;
  let closed = false;
  let digest: string | undefined;
  const close = async () => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    get sha256() {
      digest ??= hash.digest("hex");
      return digest;
    },
    write: async (data) => {
      try {
        for (let at = 0; at < data.length; ) at += (await handle.write(data, at)).bytesWritten;
      } catch (error) {
        throw toDiskError(error, what);
      }
      hash.update(data);
      sizeBytes += data.length;
    },
    commit: async () => {
      try {
        await handle.sync();
        await close();
        await rename(partial, path);
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

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";
