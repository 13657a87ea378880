import { lstat, mkdir, opendir, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "#lib/platform/errors.ts";
import { storeError, wrongSize } from "../object-store/errors.ts";
import { assertKey, assertPrefix, PARTIAL } from "../object-store/keys.ts";
import type { ObjectStore, PutOptions, StoredObject } from "../object-store/types.ts";
import { watchBody } from "../object-store/watch-body.ts";
import { createPartialFile, readChunks } from "./files.ts";

export interface FolderStoreOptions {
  /** Absolute. */
  folder: string;
  /** Makes the folder when it is not there; else that is an error: a disk that is not mounted must not be written beside. */
  create: boolean;
}

/** A folder as an object store. */
export function openFolderStore(options: FolderStoreOptions): ObjectStore {
  const pathOf = (key: string) => {
    assertKey(key);
    return join(options.folder, key);
  };
  return {
    put: async (key, body, put) => putFile(options, pathOf(key), key, body, put),
    get: (key, signal) => getFile(options.folder, pathOf(key), key, signal),
    size: async (key, signal) => {
      signal.throwIfAborted();
      await assertFolder(options.folder);
      return findSize(pathOf(key), key);
    },
    list: async function* (prefix, signal) {
      assertPrefix(prefix);
      await assertFolder(options.folder, options.create);
      yield* walk(options.folder, prefix.replace(/\/$/, ""), signal);
    },
    remove: async (keys, signal) => {
      await assertFolder(options.folder, options.create);
      for (const path of keys.map(pathOf)) {
        signal.throwIfAborted();
        await removeFile(path, options.folder);
      }
    },
    sweep: async (olderThan, signal, below = "") => {
      assertPrefix(below);
      await assertFolder(options.folder, options.create);
      return sweepPartials(join(options.folder, below), options.folder, olderThan, signal);
    },
    close: async () => {},
  };
}

async function putFile(
  { folder, create }: FolderStoreOptions,
  path: string,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { signal }: PutOptions,
): Promise<{ sizeBytes: number }> {
  signal.throwIfAborted();
  const watched = watchBody(body, signal);
  const what = `store ${key}`;
  try {
    await assertFolder(folder, create);
    if ((await findSize(path, key)) !== null) throw storeError.exists(key);
    const file = await createPartialFile(path, { once: true });
    try {
      for await (const chunk of watched.chunks) await file.write(chunk);
      await file.commit();
    } finally {
      await file.discard();
    }
  } catch (error) {
    if (watched.failure) throw watched.failure.error;
    await watched.chunks.return(undefined).catch(() => {});
    signal.throwIfAborted();
    throw toStoreError(error, what, key);
  }
  const stored = await findSize(path, key);
  if (stored !== watched.sizeBytes) {
    await removeFile(path, folder);
    throw wrongSize(key, watched.sizeBytes, stored);
  }
  return { sizeBytes: stored };
}

async function* getFile(folder: string, path: string, key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  await assertFolder(folder);
  const expected = await findSize(path, key);
  if (expected === null) throw storeError.missing(key);
  try {
    yield* readChunks(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw toStoreError(error, `read ${key}`, key);
  }
}

async function findSize(path: string, key: string): Promise<number | null> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw toStoreError(error, `look at ${key}`, key);
  }
}

/** Links are not followed: they may lead anywhere. */
async function* walk(folder: string, below: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
  const entries = await openFolder(join(folder, below));
  if (!entries) return;
  for await (const entry of entries) {
    signal.throwIfAborted();
    const key = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(folder, key, signal);
    else if (entry.isFile() && !entry.name.startsWith(PARTIAL)) {
      const found = await stat(join(folder, key)).catch(() => null);
      if (found) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
    }
  }
}

async function sweepPartials(folder: string, root: string, olderThan: Date, signal: AbortSignal): Promise<number> {
  const entries = await openFolder(folder);
  let count = 0;
  if (!entries) return count;
  for await (const entry of entries) {
    signal.throwIfAborted();
    const path = join(folder, entry.name);
    if (entry.isDirectory()) count += await sweepPartials(path, root, olderThan, signal);
    else if (entry.isFile() && entry.name.startsWith(PARTIAL)) {
      const found = await stat(path).catch(() => null);
      if (!found || found.mtime >= olderThan) continue;
      await removeFile(path, root);
      count += 1;
    }
  }
  return count;
}

/** What is not there, or is a file, holds nothing. */
async function openFolder(path: string) {
  try {
    return await opendir(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw toStoreError(error, "list a folder", path);
  }
}

/** The file, and the folders that are empty without it. */
async function removeFile(path: string, root: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return;
    if (codeOf(error) !== "ENOENT") throw toStoreError(error, `remove ${path}`, path);
  }
  for (let above = dirname(path); above.length > root.length; above = dirname(above)) {
    const isGone = await rmdir(above).then(
      () => true,
      (error: unknown) => codeOf(error) === "ENOENT",
    );
    if (!isGone) return;
  }
}

async function assertFolder(folder: string, create = false): Promise<void> {
  try {
    if (create) await mkdir(folder, { recursive: true, mode: 0o750 });
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw toStoreError(error, `use the folder ${folder}`, folder);
  }
  throw storeError.unreachable(`use the folder ${folder}`, "it is not there. Is its disk mounted?");
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

/** The disk's own errors in the words of a store. */
function toStoreError(error: unknown, what: string, key: string): unknown {
  const cause = error instanceof AppError ? error.cause : error;
  const more = { detail: cause instanceof Error ? cause.message : String(cause), cause: error };
  if (error instanceof AppError && error.code.startsWith("object_store.")) return error;
  if (cause instanceof Error && cause.name === "AbortError") return cause;
  switch (codeOf(cause)) {
    case "EEXIST":
      return storeError.exists(key, more);
    case "ENOENT":
      return storeError.missing(key, more);
    case "ENOSPC":
    case "EDQUOT":
      return storeError.full(what, more);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return storeError.refused(what, "the worker's user may not do that.", more);
    case "ENOTDIR":
    case "EISDIR":
      return storeError.refused(what, "a file stands where a folder should be, or the other way round.", more);
    default:
      return storeError.failed(what, "the disk has a fault.", more);
  }
}
