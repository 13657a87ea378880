import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import { mongodb } from "../engines/mongodb.ts";
import type { Counts } from "../schema/manifest.ts";
import { NOBODY } from "./decode-stream.ts";
import { assertScratchLives, type RunningScratch, withScratchContainer } from "./scratch-container.ts";

const READY_MS = 120_000;

/** Whoever comes from the container itself. */
const ANYBODY = { user: "", password: "", database: "" };

/** What has expired since it was backed up stays: the server would delete it within a minute, and it would be missed. */
const KEEP_EXPIRED = "db.adminCommand({ setParameter: 1, ttlMonitorEnabled: false }).ok";

/** Runs `work` with an empty throw-away server. Without accounts: nothing but this container's own programs can reach it. */
export function withScratchMongodb<T>(
  image: string,
  ctx: StepContext,
  work: (scratch: RunningScratch) => Promise<T>,
): Promise<T> {
  return withScratchContainer(ctx, "", { image, env: {} }, async (scratch) => {
    await waitUntilReady(scratch, ctx);
    return work(scratch);
  });
}

/** Documents of everything that it holds now. */
export async function countScratch({ run }: RunningScratch, ctx: StepContext): Promise<Counts> {
  const { argv, env, read } = mongodb.count(ANYBODY);
  const asked = await runToEnd(run, { argv, env, user: NOBODY }, ctx.signal);
  if (asked.exitCode !== 0)
    throw new AppError({
      code: "backups.scratch_failed",
      message: "The throw-away server did not say what it has.",
      advice: "The panel tries again by itself.",
      detail: asked.stderr.trim().slice(-2_000),
      retry: "retry",
    });
  return read(asked.stdout);
}

async function waitUntilReady({ run, containerId }: RunningScratch, { signal }: StepContext): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const argv = ["mongosh", "--quiet", "--eval", KEEP_EXPIRED];
  for (let pause = 200; ; pause = Math.min(pause * 1.3, 1_000)) {
    if ((await runToEnd(run, { argv, user: NOBODY }, signal)).exitCode === 0) return;
    await assertScratchLives(containerId, signal);
    if (Date.now() > deadline)
      throw new AppError({
        code: "backups.scratch_failed",
        message: "The throw-away server did not answer.",
        advice: "The panel tries again by itself.",
        retry: "retry",
      });
    await delay(pause, undefined, { signal });
  }
}
