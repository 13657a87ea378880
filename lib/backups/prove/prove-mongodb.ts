import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "#lib/platform/errors.ts";
import { formatBytes, formatCount, formatDuration, plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { compareCounts, sumRows } from "../dump/counts.ts";
import { runToEnd } from "../dump/place.ts";
import { mongodb } from "../engines/mongodb.ts";
import type { Counts } from "../schema/manifest.ts";
import { decodeInto, NOBODY } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import { PartReader } from "./part-reader.ts";
import { type Findings, findPart, type ProofJob } from "./proof-job.ts";
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

/** Tried with stand-ins for the server and the tools, which no package has, and with the real mongosh (`local/mongodb/`). */
export async function proveMongodb(job: ProofJob, image: string, findings: Findings, ctx: StepContext): Promise<void> {
  const { manifest } = job;
  const part = findPart(manifest, "database");
  if (!part) throw new Disproved("hash", "its manifest names no archive");
  ctx.log.info(`Restoring it into a throw-away server of ${image}`);
  // Without accounts: nothing but this container's own programs can reach it.
  await withScratchContainer(ctx, "", { image, env: {} }, async (scratch) => {
    await waitUntilReady(scratch, ctx);
    const reader = new PartReader(job, ctx);
    const argv = mongodb.restoreArgv({ oplog: manifest.oplog ?? false });
    const result = await reader.read(part, (stream) =>
      decodeInto(scratch.run, { argv, user: NOBODY, ...stream }, ctx.signal),
    );
    reader.conclude(findings);
    if (result.clientExit !== 0) {
      await assertScratchLives(scratch.containerId, ctx.signal);
      throw new Disproved("restore", `mongorestore refused it with exit code ${result.clientExit}`, {
        detail: result.messages,
      });
    }
    findings.good(
      "restore",
      `Restored ${formatBytes(result.rawBytes)} in ${formatDuration(result.durationMs)}.`,
      result.durationMs,
    );
    await compare(manifest.counts, scratch, findings, ctx);
  });
}

async function compare(expected: Counts, { run }: RunningScratch, findings: Findings, ctx: StepContext): Promise<void> {
  const began = performance.now();
  const asked = await runToEnd(run, { argv: ["mongosh", "--quiet", "--eval", COUNT_SCRIPT], user: NOBODY }, ctx.signal);
  if (asked.exitCode !== 0)
    throw new AppError({
      code: "backups.scratch_failed",
      message: "The throw-away server that proves the backup did not say what it has.",
      advice: "The panel tries to prove it again by itself.",
      detail: asked.stderr.trim().slice(-2_000),
      retry: "retry",
    });
  const found = z.record(z.string(), z.number()).parse(JSON.parse(asked.stdout.trim().split("\n").at(-1) ?? ""));
  const counts: Counts = Object.fromEntries(Object.entries(found).map(([name, count]) => [name, [count, count]]));
  const differences = compareCounts(expected, counts);
  const collections = Object.keys(expected).length;
  const details = { collections, rows: sumRows(expected), differences };
  if (differences.length > 0)
    throw new Disproved("counts", "the restored server holds something else than the one that was backed up", {
      detail: differences.join("\n"),
      details,
    });
  const summary = `${plural(collections, "collection")}, ${formatCount(sumRows(counts))} documents, within what was there before and after.`;
  findings.good("counts", summary, performance.now() - began, details);
  ctx.log.info(summary);
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
        message: "The throw-away server that proves the backup did not answer.",
        advice: "The panel tries to prove it again by itself.",
        retry: "retry",
      });
    await delay(pause, undefined, { signal });
  }
}
