import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { runToEnd } from "../dump/place.ts";
import type { Counts } from "../schema/manifest.ts";
import { NOBODY } from "./decode-stream.ts";
import { assertScratchLives, type RunningScratch, withScratchContainer } from "./scratch-container.ts";

const READY_MS = 120_000;

/** Of every collection that is not the server's own, as `database.collection`. */
const COUNT_SCRIPT = `
const counts = {};
for (const { name } of db.adminCommand({ listDatabases: 1 }).databases)
  if (!["admin", "config", "local"].includes(name))
    for (const one of db.getSiblingDB(name).getCollectionInfos({ type: "collection" }))
      if (!one.name.startsWith("system."))
        counts[name + "." + one.name] = db.getSiblingDB(name).getCollection(one.name).countDocuments({});
print(JSON.stringify(counts));
`.trim();

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
  const asked = await runToEnd(run, { argv: ["mongosh", "--quiet", "--eval", COUNT_SCRIPT], user: NOBODY }, ctx.signal);
  if (asked.exitCode !== 0)
    throw new AppError({
      code: "backups.scratch_failed",
      message: "The throw-away server did not say what it has.",
      advice: "The panel tries again by itself.",
      detail: asked.stderr.trim().slice(-2_000),
      retry: "retry",
    });
  const found = z.record(z.string(), z.number()).parse(JSON.parse(asked.stdout.trim().split("\n").at(-1) ?? ""));
  return Object.fromEntries(Object.entries(found).map(([name, count]) => [name, [count, count]]));
}

async function waitUntilReady({ run, containerId }: RunningScratch, { signal }: StepContext): Promise<void> {
  const deadline = Date.now() + READY_MS;
  const argv = ["mongosh", "--quiet", "--eval", "db.adminCommand({ ping: 1 }).ok"];
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
