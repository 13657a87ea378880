import { AppError } from "#lib/platform/errors.ts";
import type { StepLog } from "#lib/steps/types.ts";
import type { Compression } from "../constants.ts";
import { type RunProgram, runToEnd } from "./place.ts";

/** The program of each, from standard input to standard output. */
export const COMPRESS_ARGV: Record<Compression, readonly string[]> = {
  // Two threads: with one it is what everything else waits for. More would take them from the database.
  zstd: ["zstd", "-q", "-3", "-T2", "-c"],
  gzip: ["gzip", "-c"],
  lrzip: ["lrzip", "-Q"],
  none: ["cat"],
};

export const DECOMPRESS_ARGV: Record<Compression, readonly string[]> = {
  zstd: ["zstd", "-q", "-dc"],
  gzip: ["gzip", "-dc"],
  lrzip: ["lrzip", "-Q", "-d"],
  none: ["cat"],
};

/** What the place can do of what was asked for: an image without zstd has gzip nearly always. */
export async function chooseCompression(
  run: RunProgram,
  wanted: Compression,
  log: StepLog,
  signal: AbortSignal,
): Promise<Compression> {
  const script = 'for one; do command -v "$one" >/dev/null 2>&1 && echo "$one"; done; true';
  const found = await runToEnd(run, { argv: ["sh", "-c", script, "look", "zstd", "gzip", "lrzip"] }, signal);
  const has = new Set([...found.stdout.split("\n"), "none"]);
  if (has.has(wanted)) return wanted;
  if (wanted === "zstd" && has.has("gzip")) {
    log.warn("There is no zstd where the data is; compressing with gzip instead");
    return "gzip";
  }
  throw new AppError({
    code: "backups.no_compressor",
    message: `There is no ${wanted} where the data is.`,
    advice: "Choose another compression for this policy, or an image that has the program.",
    detail: found.stderr,
    retry: "needs_person",
  });
}
