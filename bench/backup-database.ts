import { execFileSync } from "node:child_process";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";

/** Rows of half a thousand characters, a part of which nothing can compress: the dump becomes about a fifth as large. */
export const ROWS_PER_MB = 1_850;
export const ROW = "seq, CONCAT('Note number ', seq), CONCAT(SHA2(seq, 512), REPEAT('the same words again ', 15))";

/** A MariaDB task on the swarm with about so many megabytes in it. */
export async function startLargeDatabase(megabytes: number): Promise<BackupWorld> {
  const world = await startBackupWorld("mariadb");
  const rows = megabytes * ROWS_PER_MB;
  const step = 100_000;
  await world.sql("CREATE TABLE note (id INT PRIMARY KEY, title VARCHAR(200), body VARCHAR(1000), at DATETIME)");
  for (let from = 1; from <= rows; from += step) {
    const to = Math.min(rows, from + step - 1);
    await world.sql(`INSERT INTO note SELECT ${ROW}, '2026-01-01' + INTERVAL seq SECOND FROM seq_${from}_to_${to}`);
  }
  overrideConfig({ BACKUPS_ROOT: world.root });
  return world;
}

/** Length of the dump before compression, MiB. */
export const measureDump = (path: string): number =>
  Number(execFileSync("sh", ["-c", 'zstd -q -dc "$1" | wc -c', "wc", path]).toString()) / 1_048_576;
