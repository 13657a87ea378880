import { AppError } from "#lib/platform/errors.ts";
import type { Compression } from "../constants.ts";

/** The program of each, from standard input to standard output. */
export const COMPRESS_ARGV: Record<Compression, readonly string[]> = {
  // Two threads: with one it is what everything else waits for. More would take them from the database.
  zstd: ["zstd", "-q", "-3", "-T2", "-c"],
  gzip: ["gzip", "-c"],
  // It would look as far back as two ninths of the whole node's memory, and pack with every processor; what it has packed it keeps too.
  lrzip: ["lrzip", "-Q", "-w1", "-p2"],
  none: ["cat"],
};

export const DECOMPRESS_ARGV: Record<Compression, readonly string[]> = {
  zstd: ["zstd", "-q", "-dc"],
  gzip: ["gzip", "-dc"],
  lrzip: ["lrzip", "-Q", "-d"],
  none: ["cat"],
};

/** For the environment of a script with PRESS. */
export const pressEnv = (wanted: Compression): Record<string, string> =>
  Object.fromEntries(COMPRESS_ARGV[wanted].map((word, at) => [`P${at + 1}`, word]));

/**
 * The function press: compresses as pressEnv says, where there is no zstd by gzip, which an image has nearly always. $press is
 * the program, empty where there is none. Everything waits for the dump, which goes before it where both want the processor: a
 * twentieth of a backup's time.
 */
export const PRESS = `
press=$P1
if ! command -v "$P1" >/dev/null 2>&1; then
  press=
  if [ "$P1" = zstd ] && command -v gzip >/dev/null 2>&1; then press=gzip P1=gzip P2=-c P3= P4= P5=; fi
fi
after=$(command -v nice)
press() { \${after:+nice -n 9} "$P1" \${P2:+"$P2"} \${P3:+"$P3"} \${P4:+"$P4"} \${P5:+"$P5"}; }
`.trim();

/** What PRESS found, from the name of its program. */
export function readPress(program: string, wanted: Compression): Compression {
  const found = Object.entries(COMPRESS_ARGV).find(([, [name]]) => name === program);
  if (found) return found[0] as Compression;
  throw new AppError({
    code: "backups.no_compressor",
    message: `There is no ${wanted} where the data is.`,
    advice: "Choose another compression for this policy, or an image that has the program.",
    retry: "needs_person",
  });
}
