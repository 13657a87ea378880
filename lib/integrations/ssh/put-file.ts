import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { storeError, wrongSize } from "../object-store/errors.ts";
import { PARTIAL } from "../object-store/keys.ts";
import type { PutOptions } from "../object-store/types.ts";
import { type WatchedBody, watchBody } from "../object-store/watch-body.ts";
import { connectSftp, type SftpConnection, type SshStoreOptions } from "./connection.ts";
import { SFTP_STATUS, statusOf, toSshError } from "./errors.ts";
import type { Connections } from "./pool.ts";
import {
  closeFile,
  findStats,
  isFull,
  makeFolders,
  openFile,
  removeEmptyFolders,
  removeFile,
  syncFile,
  writePieces,
} from "./remote-files.ts";

const CLEANING_MS = 60_000;

/** What is known of one put while it goes on. */
interface Putting {
  key: string;
  path: string;
  partial: string;
  watched: WatchedBody;
  /** The name was asked for; whether it was given may never have been answered. */
  isRenaming: boolean;
}

export async function putFile(
  connections: Connections,
  key: string,
  body: AsyncIterable<Uint8Array>,
  { signal }: PutOptions,
): Promise<{ sizeBytes: number }> {
  const { options } = connections;
  const path = posix.join(options.folder, key);
  const partial = posix.join(posix.dirname(path), `${PARTIAL}${posix.basename(path)}-${randomUUID()}`);
  const putting: Putting = { key, path, partial, watched: watchBody(body, signal), isRenaming: false };
  signal.throwIfAborted();
  const what = `store ${key}`;
  try {
    return await connections.use(signal, async (on) => {
      try {
        return await putOn(on, options.folder, putting);
      } catch (error) {
        const isUnclear = statusOf(error) === SFTP_STATUS.failure && !on.isBroken;
        if (isUnclear && (await isFull(on, options.folder))) throw storeError.full(what, { cause: error });
        throw error;
      }
    });
  } catch (error) {
    await putting.watched.chunks.return(undefined).catch(() => {});
    const isWhole = await settle(options, putting, signal.aborted);
    if (isWhole) return { sizeBytes: putting.watched.sizeBytes };
    signal.throwIfAborted();
    if (putting.watched.failure) throw putting.watched.failure.error;
    throw toSshError(error, what, options.stallMs);
  }
}

async function putOn(on: SftpConnection, base: string, putting: Putting): Promise<{ sizeBytes: number }> {
  const { key, path, partial, watched } = putting;
  if ((await findStats(on, path)) !== null) throw storeError.exists(key);
  const handle = await openPartial(on, base, partial);
  await writePieces(on, handle, watched.chunks, `store ${key}`);
  await syncFile(on, handle, `store ${key}`);
  await closeFile(on, handle);
  const written = (await findStats(on, partial))?.size ?? null;
  if (written !== watched.sizeBytes) throw wrongSize(key, watched.sizeBytes, written);
  putting.isRenaming = true;
  try {
    // SFTP's own rename, unlike POSIX's, does not take a name from another file.
    await on.call(`store ${key}`, (sftp, answer) => sftp.rename(partial, path, (error) => answer(error, undefined)));
  } catch (error) {
    if (statusOf(error) !== undefined) putting.isRenaming = false;
    if (statusOf(error) === SFTP_STATUS.failure && (await findStats(on, path)) !== null) throw storeError.exists(key);
    throw error;
  }
  const stored = (await findStats(on, path))?.size ?? null;
  if (stored !== watched.sizeBytes) {
    await removeFile(on, path);
    throw wrongSize(key, watched.sizeBytes, stored);
  }
  return { sizeBytes: stored };
}

/** A folder that was empty may be taken away between making it and using it: then once more. */
async function openPartial(on: SftpConnection, base: string, partial: string): Promise<Buffer> {
  for (let tries = 1; ; tries++) {
    await makeFolders(on, base, posix.dirname(partial));
    try {
      return await openFile(on, partial, "wx");
    } catch (error) {
      if (statusOf(error) !== SFTP_STATUS.missing || tries === 5) throw error;
    }
  }
}

/**
 * After a failure, on a line of its own: what was begun goes. When the file lost its old name, it has the new one: then it is
 * whole and nothing failed but the answer; or it was to be stopped, and goes too.
 */
async function settle(options: SshStoreOptions, putting: Putting, isStopped: boolean): Promise<boolean> {
  const { watched, path, partial } = putting;
  try {
    const signal = AbortSignal.timeout(CLEANING_MS);
    const on = await connectSftp({ ...options, stallMs: Math.min(options.stallMs, CLEANING_MS) }, signal);
    try {
      const hadPartial = await removeFile(on, partial);
      const stored = putting.isRenaming && !hadPartial ? await findStats(on, path) : null;
      const isWhole = stored?.size === watched.sizeBytes && watched.ended && !isStopped;
      if (stored && !isWhole) await removeFile(on, path);
      if (!isWhole) await removeEmptyFolders(on, options.folder, posix.dirname(path));
      return isWhole;
    } finally {
      on.end();
    }
  } catch {
    // The next look through the target sweeps it: it has no name that anybody reads.
    return false;
  }
}
