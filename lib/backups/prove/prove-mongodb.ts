import { formatBytes, formatCount, formatDuration, plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { type Counted, compareCounts, sayAgreement, sumRows } from "../dump/counts.ts";
import { mongodb } from "../engines/mongodb.ts";
import { decodeInto, NOBODY } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import { assertHadRoom } from "./no-room.ts";
import { PartReader } from "./part-reader.ts";
import { type Findings, findPart, type ProofJob } from "./proof-job.ts";
import type { RunningScratch } from "./scratch-container.ts";
import { countScratch, withScratchMongodb } from "./scratch-mongodb.ts";

/** Tried with stand-ins for the server and the tools, which no package has, and with the real mongosh (`local/mongodb/`). */
export async function proveMongodb(job: ProofJob, image: string, findings: Findings, ctx: StepContext): Promise<void> {
  const { manifest } = job;
  const part = findPart(manifest, "database");
  if (!part) throw new Disproved("hash", "its manifest names no archive");
  ctx.log.info(`Restoring it into a throw-away server of ${image}`);
  await withScratchMongodb(image, ctx, async (scratch) => {
    const reader = new PartReader(job, ctx);
    const argv = mongodb.restoreArgv({ oplog: manifest.oplog ?? false });
    const result = await reader.read(part, (stream) =>
      decodeInto(scratch.run, { argv, user: NOBODY, ...stream }, ctx.signal),
    );
    reader.conclude(findings);
    if (result.clientExit !== 0) {
      await assertHadRoom(scratch.containerId, result, ctx.signal);
      throw new Disproved("restore", `mongorestore refused it with exit code ${result.clientExit}`, {
        detail: result.messages,
      });
    }
    findings.good(
      "restore",
      `Restored ${formatBytes(result.rawBytes)} in ${formatDuration(result.durationMs)}.`,
      result.durationMs,
    );
    await compare(manifest, scratch, findings, ctx);
  });
}

async function compare(
  expected: Counted,
  scratch: RunningScratch,
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const began = performance.now();
  const counts = await countScratch(scratch, ctx);
  const { differences, told } = compareCounts(expected, counts);
  const collections = Object.keys(expected.counts).length;
  const details = { collections, rows: sumRows(expected.counts), differences, told };
  if (differences.length > 0)
    throw new Disproved("counts", "the restored server holds something else than the one that was backed up", {
      detail: differences.join("\n"),
      details,
    });
  const summary = `${plural(collections, "collection")}, ${formatCount(sumRows(counts))} documents, ${sayAgreement(expected, told)}.`;
  findings.good("counts", summary, performance.now() - began, details);
  ctx.log.info(summary);
}
