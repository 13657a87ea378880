import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { createPartialFile } from "#lib/integrations/disk/files.ts";
import type { RunningExec } from "#lib/integrations/program/types.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { AppError } from "#lib/platform/errors.ts";

const COMPLAINTS_MAX = 20;

interface Packed {
  sizeBytes: number;
  sha256: string;
}

function failed(code: string, message: string, complaints: readonly string[]): AppError {
  return new AppError({
    code,
    message,
    detail: complaints.slice(0, COMPLAINTS_MAX).join("\n"),
    advice: "Look at what still writes there, then retry.",
    retry: "retry",
  });
}

/** What the program says on its error output, kept; what it gives out is handed on. */
async function* readOut(running: RunningExec, complaints: string[]): AsyncGenerator<Buffer> {
  for await (const { stream, data } of running.output)
    if (stream === "stdout") yield Buffer.from(data);
    else if (complaints.length < COMPLAINTS_MAX) complaints.push(Buffer.from(data).toString("utf8").trim());
}

/** A folder as a tar file, compressed; under its name only when it is whole. */
export async function packFolder(path: string, target: string, signal: AbortSignal): Promise<Packed> {
  const argv = ["tar", "--create", "--file=-", "--numeric-owner", "--one-file-system", `--directory=${path}`, "."];
  const file = await createPartialFile(target);
  const hash = createHash("sha256");
  const complaints: string[] = [];
  // Read from the moment it runs: what a program said that nobody listened to is lost when it ends.
  const running = await startProgram({ argv }, signal).catch(async (error: unknown) => {
    await file.discard();
    throw error;
  });
  try {
    running.end();
    await pipeline(
      readOut(running, complaints),
      createZstdCompress(),
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          hash.update(chunk);
          await file.write(chunk);
        }
      },
      { signal },
    );
    if ((await running.exitCode()) !== 0) throw failed("archive.failed", `tar could not pack ${path}.`, complaints);
    await file.commit();
    return { sizeBytes: file.sizeBytes, sha256: hash.digest("hex") };
  } finally {
    running.close();
    await file.discard();
  }
}

interface Compared extends Packed {
  /** Files and folders in it. */
  entries: number;
}

/** Reads an archive back from the disk and holds every file of it against the folder; throws when one differs or is missing in it. */
export async function compareArchive(archive: string, path: string, signal: AbortSignal): Promise<Compared> {
  const argv = ["tar", "--compare", "--verbose", "--file=-", "--numeric-owner", `--directory=${path}`];
  const running = await startProgram({ argv }, signal);
  const hash = createHash("sha256");
  let [sizeBytes, entries] = [0, 0];
  const complaints: string[] = [];
  const differences: string[] = [];
  const read = async () => {
    let rest = "";
    for await (const chunk of readOut(running, complaints)) {
      const lines = (rest + chunk.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        // A line that tells of a difference begins with the name too; where there is one, tar's exit code says so.
        if (/^\.(\/|$)/.test(line)) entries++;
        if (/: .*(differ|not |No )/.test(line) && differences.length < COMPLAINTS_MAX) differences.push(line);
      }
    }
  };
  const feed = async () => {
    await pipeline(
      createReadStream(archive),
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          yield chunk;
        }
      },
      createZstdDecompress(),
      async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) await running.write(chunk);
      },
      { signal },
    );
    running.end();
  };
  try {
    await Promise.all([read(), feed()]);
    const differs = failed("archive.differs", `The archive of ${path} is not what is in the folder.`, [
      ...differences,
      ...complaints,
    ]);
    if ((await running.exitCode()) !== 0) throw differs;
    const present = await countEntries(path, signal);
    if (present !== entries)
      throw failed("archive.differs", `The archive has ${entries} entries and ${path} has ${present}.`, complaints);
    return { sizeBytes, sha256: hash.digest("hex"), entries };
  } finally {
    running.close();
  }
}

/** The folder itself and everything below it that an archive can hold; a socket is nothing without its program. */
async function countEntries(path: string, signal: AbortSignal): Promise<number> {
  let count = 1;
  for await (const entry of await opendir(path)) {
    signal.throwIfAborted();
    if (entry.isDirectory()) count += await countEntries(join(path, entry.name), signal);
    else if (!entry.isSocket()) count++;
  }
  return count;
}
