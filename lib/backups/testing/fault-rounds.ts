import { expect } from "vitest";
import { createRandom } from "#lib/integrations/object-store/testing/faults.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { backupsPrune, type PruneOutput } from "../steps/prune.ts";
import { backupsTake, type TakeBackupOutput } from "../steps/take.ts";
import type { BackupWorld } from "../testing.ts";
import { type GoodPoints, listGoodIds, watchGoodPoints } from "./good-points.ts";
import { endStandIn, standIn } from "./stand-in.ts";

/** How often each fault is made. */
export const TIMES = 20;
const NOTHING_BUT_THE_NEWEST = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };

/** A policy that keeps as little as it can, with more than that in it: what was proven, what is one too many, and the newest. */
export interface FaultRounds {
  world: BackupWorld;
  watch: GoodPoints;
  /** However old it is, it stays. */
  provenId: string;
  /** Of the newest. */
  taken: TakeBackupOutput;
}

const take = (world: BackupWorld, t = world.context()) =>
  backupsTake.apply(world.input, t.ctx) as Promise<TakeBackupOutput>;

export async function prepareRounds(world: BackupWorld): Promise<FaultRounds> {
  const { backupId: provenId } = await take(world);
  const proof = { state: "verified", proven: "counts", provenAt: new Date() };
  await db().backup.update({ where: { id: provenId }, data: proof });
  await take(world);
  const taken = await take(world);
  await world.setPolicy({ retention: NOTHING_BUT_THE_NEWEST });
  const watch = watchGoodPoints(world);
  expect(await watch.findLies()).toEqual([]);
  return { world, watch, provenId, taken };
}

/** Removes what the policy keeps no more. None goes while the last backup has failed; else the newest and the proven one stay. */
export async function pruneRound({ world, watch, provenId }: FaultRounds, why: string): Promise<void> {
  const before = await listGoodIds(world.policyId);
  const last = await db().backup.findFirst({
    where: { policyId: world.policyId, state: { not: "running" } },
    orderBy: { startedAt: "desc" },
  });
  const stay = last?.state === "failed" ? before : before.filter((id) => id === provenId || id === before.at(-1));
  const output = (await backupsPrune.apply({ policy: world.input.policy }, world.context().ctx)) as PruneOutput;
  expect(await listGoodIds(world.policyId), why).toEqual(stay);
  expect(output, why).toEqual({ kept: stay.length, removed: before.length - stay.length });
  watch.expectOnly(stay);
}

interface Trouble {
  /** Makes it, at a place chosen by the seed. */
  make(random: (below: number) => number, round: number): Promise<void> | void;
  /** Ends it. Returns whether it came about. */
  end?(): Promise<boolean> | boolean;
  /** How a backup that failed of it ends. */
  code: RegExp;
}

/**
 * So many backups, each with something that goes wrong, and after each what the policy keeps no more is removed. A backup that was
 * taken all the same is restored with other programs before that.
 */
export async function runRounds(rounds: FaultRounds, seed: number, trouble: Trouble) {
  const { world, watch } = rounds;
  const random = createRandom(seed);
  const ends = { taken: 0, failed: 0 };
  for (let round = 0; round < TIMES; round++) {
    await trouble.make(random, round);
    const t = world.context();
    const error = await take(world, t).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const why = `seed ${seed}, round ${round}: ${error instanceof Error ? error.message : "taken"}`;
    expect(await trouble.end?.(), `${why}; it did not come about`).not.toBe(false);
    const row = await db().backup.findFirstOrThrow({ where: { stepId: t.ctx.step.id } });
    expect(row.state, why).toBe(error === null ? "stored" : "failed");
    if (error !== null) expect(error instanceof AppError ? error.code : error, why).toMatch(trouble.code);
    else expect(await watch.findLies(), why).toEqual([]);
    ends[error === null ? "taken" : "failed"] += 1;
    await pruneRound(rounds, why);
  }
  expect(await watch.findLies()).toEqual([]);
  return ends;
}

/** The same so many times, whatever comes of it taken away at the end. */
export async function runWithStandIn(
  rounds: FaultRounds,
  seed: number,
  program: string,
  { body, code }: { body(random: (below: number) => number): string; code: RegExp },
) {
  const make = (random: (below: number) => number) => standIn(rounds.world, program, body(random));
  return runRounds(rounds, seed, { make, code }).finally(() => endStandIn(rounds.world, program));
}

/** The dump program is killed at a random byte. */
export const killDump = (rounds: FaultRounds, seed: number, program: string, bytes: number) =>
  runWithStandIn(rounds, seed, program, {
    body: (random) => `"$real" "$@" | head -c ${random(bytes)}\nkill -9 $$`,
    code: /^backups\./,
  });

/** The compressor loses its end, and says that all is well. */
export const cutCompressor = (rounds: FaultRounds, seed: number, bytes: number) =>
  runWithStandIn(rounds, seed, "zstd", {
    body: (random) => `"$real" "$@" | head -c ${random(bytes)}\ncat >/dev/null\nexit 0`,
    code: /^backups\./,
  });
