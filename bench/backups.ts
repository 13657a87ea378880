import { join } from "node:path";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { choosePointKey } from "#lib/backups/dump/paths.ts";
import { removePoint, storePoint } from "#lib/backups/dump/store-point.ts";
import { findEngine } from "#lib/backups/engines/registry.ts";
import { openTarget } from "#lib/backups/targets/open-target.ts";
import { addTarget } from "#lib/backups/testing/targets.ts";
import type { BackupWorld } from "#lib/backups/testing.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { measureDump, startLargeDatabase } from "./backup-database.ts";
import { type Measure, type Measurement, measurement, median } from "./measure.ts";

const MEGABYTES = Number(process.env.BENCH_BACKUP_MB ?? 700);
/** As long as the goals speak of; less only where less was asked for. */
const LEAST_MIB = Math.min(600, MEGABYTES * 0.8);
const PAIRS = Number(process.env.BENCH_BACKUP_PAIRS ?? 9);
const patience = () => AbortSignal.timeout(600_000);

/** What anybody would type: dumped, compressed and summed where the data is, kept nowhere. Milliseconds. */
async function timeRawPipe(world: BackupWorld): Promise<number> {
  const engine = findEngine("mariadb");
  const argv = engine.dumpArgv(world.login, null);
  const script = '"$@" | zstd -q -3 -c | sha256sum';
  const begin = performance.now();
  const said = await runExec(
    world.containerId,
    { argv: ["sh", "-c", script, "raw", ...argv], env: { [engine.passwordVariable]: world.login.password } },
    patience(),
  );
  if (said.exitCode !== 0 || !/^[0-9a-f]{64}/.test(said.stdout)) throw new Error(said.stderr);
  return performance.now() - begin;
}

/**
 * What backups.take does until a restore point stands in its target: snapshot, counts, sums, checks, hash, manifest. It is taken
 * away again once somebody has looked at it.
 */
async function timeStoring(world: BackupWorld, targetId: string, look: (key: string) => void): Promise<number> {
  const store = await openTarget(targetId);
  const backupId = crypto.randomUUID();
  const names = { service: world.service.name, environment: "production", policy: world.input.policy };
  const key = choosePointKey(names, backupId, new Date());
  const target = { store, key, compression: "zstd", recipients: [], lockUntil: null, estimateBytes: 400e6 } as const;
  const begin = performance.now();
  try {
    const manifest = await storePoint({ backupId, source: world.source, target, names }, world.context().ctx);
    if (manifest.counting !== "exact") throw new Error("the rows were not counted in the dump's snapshot");
    const ms = performance.now() - begin;
    look(manifest.parts[0]?.key ?? "");
    await removePoint(store, key, patience());
    return ms;
  } finally {
    await store.close();
  }
}

/** The goal is about dumps this long: a shorter one says nothing of it. */
function assertLong(path: string): void {
  const mib = measureDump(path);
  console.error(`  the dump: ${mib.toFixed(0)} MiB before compression`);
  if (mib < LEAST_MIB) throw new Error(`the dump has ${mib.toFixed(0)} MiB, and not ${LEAST_MIB}`);
}

async function comparePairs(world: BackupWorld, name: string, targetId: string): Promise<Measurement> {
  const raw: number[] = [];
  const ours: number[] = [];
  const ratios: number[] = [];
  // Each goes first in half of the pairs; the pair before the first warms both up.
  for (let pair = 0; pair <= PAIRS; pair++) {
    const turns = [
      async () => raw.push(await timeRawPipe(world)),
      async () => {
        const isFirst = pair === 0 && targetId === OWN_DISK_TARGET;
        const ms = await timeStoring(world, targetId, (key) => isFirst && assertLong(join(world.root, key)));
        ours.push(ms);
      },
    ];
    for (const turn of pair % 2 === 0 ? turns : turns.reverse()) await turn();
    if (pair > 0) ratios.push((ours.at(-1) ?? 0) / (raw.at(-1) ?? 1));
  }
  const pairs = raw.slice(1).map((one, at) => `${Math.round(one)}/${Math.round(ours[at + 1] ?? 0)}`);
  console.error(`  ${name}, pairs raw/ours, ms: ${pairs.join("  ")}`);
  console.error(`  ${name}, ratio of each pair: ${ratios.map((one) => one.toFixed(3)).join("  ")}`);
  return { ...measurement(name, median(ours.slice(1)), "ms", median(raw.slice(1))), ratio: round(median(ratios)) };
}

const round = (value: number) => Number(value.toPrecision(3));

/** How long a proven-complete backup takes beside the bare pipe. */
export const backupTime: Measure = {
  key: "backups",
  title: `Backing up a database of ${MEGABYTES} MB beside dump | zstd | sha256sum`,
  async run() {
    const world = await startLargeDatabase(MEGABYTES);
    try {
      const disk = await comparePairs(world, "backup to disk beside the raw pipe", OWN_DISK_TARGET);
      const bucket = await comparePairs(world, "backup to S3 beside the raw pipe", await addTarget("s3"));
      return [disk, bucket];
    } finally {
      await world.close();
    }
  },
};
