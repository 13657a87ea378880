import { chmod, chown, copyFile, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "#lib/platform/errors.ts";

const MOST_BYTES = 4 * 1024 * 1024;

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

const toFileError = (error: unknown, path: string, verb: string) =>
  new AppError({
    code: "borgmatic.file",
    message: `The worker cannot ${verb} ${path}.`,
    advice: "See that the file is there and that the worker's user may change it and its folder.",
    retry: "needs_person",
    detail: error instanceof Error ? error.message : String(error),
    cause: error,
  });

/** The file's text; null when there is none. */
export async function readConfig(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new Error(`${size} bytes are more than a configuration has`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw toFileError(error, path, "read");
  }
}

/** Beside the file, hidden and with another ending, so that borgmatic never takes the copy for a configuration. */
export const copyPath = (path: string, tag: string) => join(dirname(path), `.${basename(path)}.seaworthy-${tag}`);

/** Keeps the file as it is now, once: a second try finds the first one's copy and leaves it. */
export async function keepCopy(path: string, tag: string): Promise<string> {
  const copy = copyPath(path, tag);
  if ((await readConfig(copy)) !== null) return copy;
  const partial = `${copy}.part`;
  try {
    await copyFile(path, partial);
    const { uid, gid, mode } = await stat(path);
    await chmod(partial, mode & 0o777);
    await chown(partial, uid, gid).catch(() => {});
    await rename(partial, copy);
  } catch (error) {
    await rm(partial, { force: true });
    throw toFileError(error, copy, "write");
  }
  return copy;
}

export const removeCopy = (copy: string) => rm(copy, { force: true });

/**
 * Puts a new text in the file's place, whole or not at all, with its owner and mode. `findProblem` is asked about the new file
 * first: what it refuses, in words, is not written.
 */
export async function replaceConfig(
  path: string,
  text: string,
  findProblem: (path: string, signal: AbortSignal) => Promise<string | null>,
  signal: AbortSignal,
): Promise<void> {
  const { uid, gid, mode } = await stat(path).catch((error: unknown) => {
    throw toFileError(error, path, "read");
  });
  // In the same folder, for what it includes; not with the ending that borgmatic looks for there.
  const partial = join(dirname(path), `.${basename(path)}.seaworthy-part`);
  try {
    await writeFile(partial, text, { mode: mode & 0o777 });
    await chown(partial, uid, gid).catch(() => {});
    const problem = await findProblem(partial, signal);
    if (problem)
      throw new AppError({
        code: "borgmatic.refused",
        message: "borgmatic would not take its configuration without these entries, so it is left as it is.",
        advice:
          "Look at what it says; when nothing is left to back up in this file, remove the file and its timer by hand.",
        retry: "needs_person",
        detail: problem,
      });
    signal.throwIfAborted();
    await rename(partial, path);
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    throw toFileError(error, path, "write");
  } finally {
    await rm(partial, { force: true });
  }
}
