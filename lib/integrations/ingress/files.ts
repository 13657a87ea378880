import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "#lib/platform/errors.ts";

const PRIVATE = 0o600;

export function toFileError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const needsPerson = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOENT", "ENOTDIR"].includes(code);
  return new AppError({
    code: "ingress.files",
    message: `The worker could not ${what}.`,
    advice: "Check that the folder is there, has room, and that the worker's user may write in it.",
    detail: error instanceof Error ? error.message : String(error),
    retry: needsPerson ? "needs_person" : "retry",
    cause: error,
  });
}

/** The text of a file; null when it is not there. */
export async function readPrivateFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw toFileError(error, `read ${path}`);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Written whole or not at all, on the disk for good, readable by its owner only; `owner` when it is to stay another's. */
export async function writePrivateFile(
  path: string,
  text: string,
  owner?: { uid: number; gid: number },
): Promise<void> {
  // The dot keeps a watcher from reading a half-written one, the end from taking it for a YAML file.
  const partial = `${dirname(path)}/.${randomBytes(8).toString("hex")}.partial`;
  try {
    const handle = await open(partial, "wx", PRIVATE);
    try {
      await handle.writeFile(text);
      await handle.chmod(PRIVATE);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw toFileError(error, `write ${path}`);
  }
}

export async function removePrivateFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  } catch (error) {
    throw toFileError(error, `remove ${path}`);
  }
}
