import { AppError } from "#lib/platform/errors.ts";
import { formatBytes, formatCount, formatDuration } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { noteVerification } from "../commands/note-backup.ts";
import type { VerificationLevel } from "../constants.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import type { Manifest } from "../schema.ts";
import { compareCounts, sumRows } from "./counts.ts";
import { type RestoreResult, restoreInto } from "./restore-stream.ts";
import { withScratch } from "./scratch.ts";
import { countTables } from "./snapshot.ts";
import { SqlSession } from "./sql-session.ts";

export interface Proof {
  rawBytes: number;
  restoreMs: number;
}

/** What makes a stored file not a backup. Anything else that goes wrong while proving leaves the file as it is. */
export class Disproved extends AppError {
  constructor(level: VerificationLevel, why: string, detail: string) {
    super({
      code: "backups.disproved",
      message: `The backup is not good (${level}): ${why}.`,
      advice: "The file was removed, so that nobody relies on it. Look at the database and the disk, then retry.",
      detail,
      retry: "retry",
    });
  }
}

/** Restores the stored file into a throw-away database and compares it, table by table, with what was dumped. */
export async function proveBackup(
  path: string,
  manifest: Manifest,
  engine: DatabaseEngine,
  ctx: StepContext,
): Promise<Proof> {
  const { log } = ctx;
  log.info(`Restoring it into a throw-away database of ${manifest.image}`);
  return withScratch(manifest.image, engine, manifest.database, ctx, async (scratch) => {
    const onBytes = (read: number) =>
      ctx.progress(`${formatBytes(read)} of ${formatBytes(manifest.sizeBytes)} restored`, read, manifest.sizeBytes);
    const result = await restoreInto(scratch, engine, path, ctx.signal, onBytes);
    if (result.messages) log.output("stderr", `${result.messages}\n`);
    const note = (level: VerificationLevel, ok: boolean, report: object, durationMs = result.durationMs) =>
      noteVerification(manifest.backupId, level, { ok, report, durationMs }, ctx);
    await checkFile(result, manifest, note);
    const began = performance.now();
    const session = await SqlSession.open(scratch.containerId, engine, scratch.admin, ctx.signal);
    const restored = await countTables(session, { engine, login: scratch.admin, log }).finally(() => session.close());
    const differences = compareCounts(manifest.counts, restored);
    const rows = sumRows(manifest.counts);
    const tables = Object.keys(manifest.counts).length;
    await note(
      "counts",
      differences.length === 0,
      { tables, rows, counting: manifest.counting, differences },
      performance.now() - began,
    );
    if (differences.length > 0)
      throw new Disproved(
        "counts",
        "the restored database has other rows than the one that was dumped",
        differences.join("\n"),
      );
    log.info(
      `Restored ${formatBytes(result.rawBytes)} in ${formatDuration(result.durationMs)}: ${formatCount(tables)} tables, ${formatCount(rows)} rows, all as dumped`,
    );
    return { rawBytes: result.rawBytes, restoreMs: Math.round(result.durationMs) };
  });
}

type Note = (level: VerificationLevel, ok: boolean, report: object) => Promise<void>;

/** 141: zstd was cut off by a client that gave up, which is the client's failure. */
const SIGPIPE = 141;

async function checkFile(result: RestoreResult, manifest: Manifest, note: Note): Promise<void> {
  const sameHash = result.sha256 === manifest.sha256;
  await note("hash", sameHash, { expected: manifest.sha256, found: result.sha256 });
  if (!sameHash) throw new Disproved("hash", "the file on the disk is not the one that was written", result.messages);
  const decoded = result.zstdExit === 0 || (result.zstdExit === SIGPIPE && result.clientExit !== 0);
  await note("decode", decoded, { exitCode: result.zstdExit, rawBytes: result.rawBytes });
  if (!decoded) throw new Disproved("decode", "it cannot be decompressed", result.messages);
  await note("restore", result.clientExit === 0, { exitCode: result.clientExit, messages: result.messages });
  if (result.clientExit !== 0)
    throw new Disproved(
      "restore",
      `the database's client refused it with exit code ${result.clientExit}`,
      result.messages,
    );
}
