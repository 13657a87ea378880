import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { toDiskError } from "#lib/integrations/disk/files.ts";
import { AppError } from "#lib/platform/errors.ts";

/** What is wrong with an archive that once was proven, in a sentence; null: it is what it was. */
export async function findFault(archive: string, sha256: string, signal: AbortSignal): Promise<string | null> {
  const present = await stat(archive).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw toDiskError(error, `look at ${archive}`);
  });
  if (!present) return `The archive ${archive} is gone.`;
  const hash = createHash("sha256");
  await pipeline(createReadStream(archive), hash, { signal });
  return hash.digest("hex") === sha256 ? null : `${archive} is not what it was: its hash differs.`;
}

/** Before more is deleted that is only there. */
export async function guardArchive(archive: string, sha256: string, signal: AbortSignal): Promise<void> {
  const fault = await findFault(archive, sha256, signal);
  if (fault === null) return;
  throw new AppError({
    code: "archive.gone",
    message: `${fault} Nothing more is deleted.`,
    advice: "Put the archive back as it was, then retry. What is still in the folder may be all there is.",
    retry: "needs_person",
  });
}

/** Whatever came into the folder since, or was changed there, is in no archive. Taking something out of a folder changes only folders. */
export async function refuseLater(path: string, since: number, signal: AbortSignal): Promise<void> {
  const later = await findLater(path, since, signal);
  if (later === null) return;
  throw new AppError({
    code: "archive.came_after",
    message: `${later} came after the archive, or was changed since. Nothing is deleted.`,
    advice: "Move it away or archive it by hand, then retry.",
    retry: "needs_person",
  });
}

async function findLater(path: string, since: number, signal: AbortSignal): Promise<string | null> {
  for await (const entry of await opendir(path)) {
    signal.throwIfAborted();
    const one = join(path, entry.name);
    if (entry.isSocket()) continue;
    const later = entry.isDirectory()
      ? await findLater(one, since, signal)
      : (await lstat(one)).ctimeMs > since
        ? one
        : null;
    if (later !== null) return later;
  }
  return null;
}
