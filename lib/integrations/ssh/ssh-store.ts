import { posix } from "node:path";
import { storeError } from "../object-store/errors.ts";
import { assertKey, assertPrefix, PARTIAL } from "../object-store/keys.ts";
import type { ObjectStore, StoredObject } from "../object-store/types.ts";
import { type SftpConnection, type SshStoreOptions, Stop } from "./connection.ts";
import { toSshError } from "./errors.ts";
import { Connections } from "./pool.ts";
import { putFile } from "./put-file.ts";
import {
  assertBase,
  closeFile,
  findStats,
  openFile,
  readFolder,
  readPieces,
  removeEmptyFolders,
  removeFile,
} from "./remote-files.ts";

/** A folder on another host, reached by SFTP, as an object store. */
export function openSshStore(options: SshStoreOptions): ObjectStore {
  const connections = new Connections(options);
  const pathOf = (key: string) => {
    assertKey(key);
    return posix.join(options.folder, key);
  };
  /** On a connection, with its errors in words. */
  const run = async <T>(what: string, signal: AbortSignal, work: (on: SftpConnection) => Promise<T>): Promise<T> => {
    try {
      return await connections.use(signal, work);
    } catch (error) {
      signal.throwIfAborted();
      throw toSshError(error, what, options.stallMs);
    }
  };
  return {
    put: async (key, body, put) => {
      assertKey(key);
      return putFile(connections, key, body, put);
    },
    get: (key, signal) => readFile(connections, pathOf(key), key, signal),
    size: async (key, signal) => {
      const path = pathOf(key);
      return run(`look at ${key}`, signal, async (on) => {
        await assertBase(on, options.folder);
        const found = await findStats(on, path);
        return found?.isFile() ? found.size : null;
      });
    },
    list: (prefix, signal) => {
      assertPrefix(prefix);
      return listFiles(connections, prefix.replace(/\/$/, ""), signal);
    },
    remove: async (keys, signal) => {
      const paths = keys.map(pathOf);
      if (paths.length === 0) return;
      await run("remove objects", signal, async (on) => {
        await assertBase(on, options.folder);
        for (const path of paths) {
          await removeFile(on, path);
          await removeEmptyFolders(on, options.folder, posix.dirname(path));
        }
      });
    },
    sweep: (olderThan, signal, below = "") =>
      run("end unfinished uploads", signal, async (on) => {
        await assertBase(on, options.folder);
        assertPrefix(below);
        return sweepPartials(on, options.folder, posix.join(options.folder, below), olderThan);
      }),
    close: async () => connections.close(),
  };
}

async function* readFile(
  connections: Connections,
  path: string,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { options } = connections;
  const what = `read ${key}`;
  let on: SftpConnection | undefined;
  let isGood = false;
  const onStop = () => on?.fail(new Stop(signal.reason));
  try {
    on = await connections.take(signal);
    signal.addEventListener("abort", onStop, { once: true });
    const found = await findStats(on, path);
    if (!found?.isFile()) {
      await assertBase(on, options.folder);
      throw storeError.missing(key);
    }
    const handle = await openFile(on, path, "r");
    yield* readPieces(on, handle, found.size, what);
    await closeFile(on, handle);
    isGood = true;
  } catch (error) {
    signal.throwIfAborted();
    throw toSshError(error, what, options.stallMs);
  } finally {
    signal.removeEventListener("abort", onStop);
    if (on) connections.give(on, isGood);
  }
}

async function* listFiles(connections: Connections, prefix: string, signal: AbortSignal): AsyncGenerator<StoredObject> {
  const { options } = connections;
  const folders = [prefix];
  let on: SftpConnection | undefined;
  let isGood = false;
  const onStop = () => on?.fail(new Stop(signal.reason));
  try {
    on = await connections.take(signal);
    signal.addEventListener("abort", onStop, { once: true });
    await assertBase(on, options.folder);
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const { filename, attrs } of await readFolder(on, posix.join(options.folder, folder))) {
        const key = folder === "" ? filename : `${folder}/${filename}`;
        if (filename === "." || filename === "..") continue;
        if (attrs.isDirectory()) folders.push(key);
        else if (attrs.isFile() && !filename.startsWith(PARTIAL))
          yield { key, sizeBytes: attrs.size, modifiedAt: new Date(attrs.mtime * 1_000) };
      }
    }
    isGood = true;
  } catch (error) {
    signal.throwIfAborted();
    throw toSshError(error, "list what is there", options.stallMs);
  } finally {
    signal.removeEventListener("abort", onStop);
    if (on) connections.give(on, isGood);
  }
}

async function sweepPartials(on: SftpConnection, base: string, folder: string, olderThan: Date): Promise<number> {
  let count = 0;
  for (const { filename, attrs } of await readFolder(on, folder)) {
    const path = posix.join(folder, filename);
    if (filename === "." || filename === "..") continue;
    if (attrs.isDirectory()) count += await sweepPartials(on, base, path, olderThan);
    else if (attrs.isFile() && filename.startsWith(PARTIAL) && attrs.mtime * 1_000 < olderThan.getTime()) {
      await removeFile(on, path);
      await removeEmptyFolders(on, base, folder);
      count += 1;
    }
  }
  return count;
}
