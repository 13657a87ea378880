import { posix } from "node:path";
import type { FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { storeError } from "../object-store/errors.ts";
import type { SftpConnection } from "./connection.ts";
import { SFTP_STATUS, statusOf } from "./errors.ts";

const PIECE_BYTES = 128 * 1024;
/** Pieces on the way at a time: enough for a long line, little enough for memory. */
const PIECES_AT_ONCE = 16;

export async function findStats(on: SftpConnection, path: string): Promise<Stats | null> {
  try {
    return await on.call<Stats>(`look at ${path}`, (sftp, answer) => sftp.lstat(path, answer));
  } catch (error) {
    if (statusOf(error) === SFTP_STATUS.missing) return null;
    throw error;
  }
}

/** Every folder on the way from the target's own, which has to be there: its disk may not be mounted. */
export async function makeFolders(on: SftpConnection, base: string, folder: string): Promise<void> {
  await assertBase(on, base);
  const names = posix.relative(base, folder).split("/").filter(Boolean);
  for (let at = base; names.length > 0; ) {
    at = posix.join(at, names.shift() ?? "");
    try {
      await on.call(`make the folder ${at}`, (sftp, answer) => sftp.mkdir(at, { mode: 0o750 }, answer));
    } catch (error) {
      // That it is there already is said as a mere failure.
      if (statusOf(error) !== SFTP_STATUS.failure || !(await findStats(on, at))?.isDirectory()) throw error;
    }
  }
}

export async function assertBase(on: SftpConnection, base: string): Promise<void> {
  const found = await on
    .call<Stats | null>(`look at ${base}`, (sftp, answer) => sftp.stat(base, answer))
    .catch((error) => {
      if (statusOf(error) === SFTP_STATUS.missing) return null;
      throw error;
    });
  if (!found?.isDirectory())
    throw storeError.unreachable(`use the folder ${base}`, "it is not there. Is its disk mounted on the host?");
}

/** Writes the pieces in order, several on the way at a time; returns when all have arrived. */
export async function writePieces(
  on: SftpConnection,
  handle: Buffer,
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): Promise<void> {
  const flying = new Set<Promise<void>>();
  let failure: { error: unknown } | null = null;
  let position = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const piece = chunk.subarray(from, from + PIECE_BYTES);
      const at = position;
      position += piece.length;
      const writing: Promise<void> = on
        .call(what, (sftp, answer) =>
          sftp.write(handle, Buffer.from(piece.buffer, piece.byteOffset, piece.length), 0, piece.length, at, answer),
        )
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => flying.delete(writing));
      flying.add(writing);
      if (flying.size >= PIECES_AT_ONCE) await Promise.race(flying);
      throwIfFailed(failure);
    }
  }
  await Promise.all(flying);
  throwIfFailed(failure);
}

function throwIfFailed(failure: { error: unknown } | null): void {
  if (failure) throw failure.error;
}

/** Its bytes in order, several pieces asked for ahead; less than `sizeBytes` is an error. */
export async function* readPieces(
  on: SftpConnection,
  handle: Buffer,
  sizeBytes: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  const ahead: Promise<Buffer>[] = [];
  let asked = 0;
  for (;;) {
    while (ahead.length < PIECES_AT_ONCE && asked < sizeBytes) {
      const length = Math.min(PIECE_BYTES, sizeBytes - asked);
      const reading = readPiece(on, handle, asked, length, what);
      reading.catch(() => {}); // Thrown when its turn comes.
      ahead.push(reading);
      asked += length;
    }
    const next = ahead.shift();
    if (!next) return;
    yield await next;
  }
}

async function readPiece(
  on: SftpConnection,
  handle: Buffer,
  position: number,
  length: number,
  what: string,
): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(length);
  for (let got = 0; got < length; ) {
    const count = await on.call<number>(what, (sftp, answer) =>
      sftp.read(handle, piece, got, length - got, position + got, (error, bytes) => answer(error, bytes)),
    );
    if (count === 0) throw storeError.failed(what, "it became shorter meanwhile.");
    got += count;
  }
  return piece;
}

/** On the host's disk for good, where the host can promise that. */
export async function syncFile(on: SftpConnection, handle: Buffer, what: string): Promise<void> {
  try {
    await on.call(what, (sftp, answer) => sftp.ext_openssh_fsync(handle, (error) => answer(error, undefined)));
  } catch (error) {
    const isUnknown = error instanceof Error && /does not support this extended request/i.test(error.message);
    if (!isUnknown && statusOf(error) !== SFTP_STATUS.unsupported) throw error;
  }
}

export const openFile = (on: SftpConnection, path: string, mode: "r" | "wx"): Promise<Buffer> =>
  on.call<Buffer>(`open ${path}`, (sftp, answer) =>
    mode === "r" ? sftp.open(path, mode, answer) : sftp.open(path, mode, { mode: 0o640 }, answer),
  );

export const closeFile = (on: SftpConnection, handle: Buffer): Promise<void> =>
  on.call("close a file", (sftp, answer) => sftp.close(handle, (error) => answer(error, undefined)));

/** A file that is not there is removed already. True when there was one. */
export async function removeFile(on: SftpConnection, path: string): Promise<boolean> {
  try {
    await on.call(`remove ${path}`, (sftp, answer) => sftp.unlink(path, (error) => answer(error, undefined)));
    return true;
  } catch (error) {
    if (statusOf(error) === SFTP_STATUS.missing) return false;
    throw error;
  }
}

/** The folders above that are empty now, up to the target's own. */
export async function removeEmptyFolders(on: SftpConnection, base: string, folder: string): Promise<void> {
  for (let at = folder; at.length > base.length; at = posix.dirname(at)) {
    const path = at;
    const isGone = await on
      .call(`remove ${path}`, (sftp, answer) => sftp.rmdir(path, (error) => answer(error, undefined)))
      .then(
        () => true,
        (error: unknown) => {
          if (statusOf(error) === undefined) throw error;
          return statusOf(error) === SFTP_STATUS.missing;
        },
      );
    if (!isGone) return;
  }
}

export async function readFolder(on: SftpConnection, path: string): Promise<FileEntryWithStats[]> {
  try {
    return await on.call<FileEntryWithStats[]>(`list ${path}`, (sftp, answer) => sftp.readdir(path, answer));
  } catch (error) {
    if (statusOf(error) === SFTP_STATUS.missing) return [];
    // A file where a folder was asked for holds nothing.
    if (statusOf(error) === SFTP_STATUS.failure && (await findStats(on, path))?.isDirectory() === false) return [];
    throw error;
  }
}

interface FreeSpace {
  f_bavail: number;
  f_frsize: number;
  f_favail: number;
}

/** Whether the host's disk has next to no room: OpenSSH calls that a mere failure. */
export async function isFull(on: SftpConnection, base: string): Promise<boolean> {
  const free = await on
    .call<FreeSpace | null>("ask for free space", (sftp: SFTPWrapper, answer) => sftp.ext_openssh_statvfs(base, answer))
    .catch(() => null);
  return free !== null && (free.f_bavail * free.f_frsize < 2 * PIECE_BYTES || free.f_favail === 0);
}
