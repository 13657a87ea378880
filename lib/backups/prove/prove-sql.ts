import { formatBytes, formatCount, formatDuration, plural } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { SqlKind } from "../constants.ts";
import { compareSurveys } from "../dump/compare-surveys.ts";
import { sayAgreement, sumRows } from "../dump/counts.ts";
import { openReadingSession } from "../dump/reading-session.ts";
import { type Survey, surveyTables } from "../dump/snapshot.ts";
import { findEngine } from "../engines/registry.ts";
import type { DatabaseEngine } from "../engines/types.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { DecodeResult } from "./decode-stream.ts";
import { Disproved } from "./disproved.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { assertHadRoom } from "./no-room.ts";
import { PartReader } from "./part-reader.ts";
import { type Findings, findPart, type ProofJob } from "./proof-job.ts";
import { restoreRoles } from "./restore-roles.ts";
import { restoreInto } from "./restore-stream.ts";
import { type Scratch, withScratch } from "./scratch.ts";
import { checkSmoke, prepareSmoke } from "./smoke.ts";

const SHOWN_DIFFERENCES = 200;

/** Restores a dump into a throw-away server of its own image and compares every table with what was dumped. */
export async function proveSql(
  job: ProofJob,
  { kind, image, database }: { kind: SqlKind; image: string; database: string },
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const { manifest } = job;
  const engine = findEngine(kind);
  const part = findPart(manifest, "database");
  if (!part) throw new Disproved("hash", "its manifest names no dump of the database");
  const otherImage = manifest.image === null ? image : null;
  ctx.log.info(`Restoring it into a throw-away database of ${image}`);
  const smoke = prepareSmoke(job, ctx);
  const server = {
    image,
    engine,
    database,
    rawBytes: job.onDisk ? null : job.rawBytes,
    settings: manifest.serverSettings,
    container: smoke.container,
  };
  await smoke.around(() =>
    withScratch(ctx, server, async (scratch) => {
      const reader = new PartReader(job, ctx);
      for (const other of manifest.parts) {
        if (other.name === "globals") await reader.read(other, (stream) => restoreRoles(scratch, engine, stream, ctx));
        else if (other !== part) await reader.hash(other);
      }
      const result = await reader.read(part, (stream) =>
        restoreInto(scratch.run, { ...stream, engine, login: scratch.restorer }, ctx.signal),
      );
      reader.conclude(findings);
      if (result.messages) ctx.log.output("stderr", `${result.messages}\n`);
      if (!(await judgeRestore(result, { scratch, engine, otherImage }, findings, ctx))) return;
      await compareRows(manifest, await survey(scratch, engine, manifest, ctx), findings, ctx);
      await checkSmoke(job, scratch, engine, findings, ctx);
    }),
  );
}

/** False: it cannot be restored here, though nothing is wrong with it. */
async function judgeRestore(
  result: DecodeResult,
  { scratch, engine, otherImage }: { scratch: Scratch; engine: DatabaseEngine; otherImage: string | null },
  findings: Findings,
  { signal, log }: StepContext,
): Promise<boolean> {
  const { clientExit, messages, durationMs, rawBytes } = result;
  if (clientExit === 0) {
    findings.good(
      "restore",
      `Restored ${formatBytes(rawBytes)} into an empty server of ${otherImage ?? "the same image"} in ${formatDuration(durationMs)}.`,
      durationMs,
      { exitCode: 0 },
    );
    return true;
  }
  await assertHadRoom(scratch.containerId, result, signal);
  const why = explainRefusal(engine.kind, messages, otherImage);
  if (why) {
    findings.stopped = `${why}: only whether it is what was stored and unpacks to its end can be shown.`;
    log.warn(findings.stopped);
    return false;
  }
  throw new Disproved("restore", `the database's own client refused it with exit code ${clientExit}`, {
    detail: messages,
    details: { exitCode: clientExit, messages },
  });
}

async function survey(
  scratch: Scratch,
  engine: DatabaseEngine,
  manifest: Manifest,
  ctx: StepContext,
): Promise<Survey & { tookMs: number }> {
  const began = performance.now();
  const session = await openReadingSession(scratch.run, engine, scratch.admin, ctx.signal);
  try {
    const withChecksums = Object.keys(manifest.checksums).length > 0;
    const found = await surveyTables(session, { engine, login: scratch.admin, log: ctx.log }, { withChecksums });
    return { ...found, tookMs: performance.now() - began };
  } finally {
    session.close();
  }
}

async function compareRows(
  manifest: Manifest,
  found: Survey & { tookMs: number },
  findings: Findings,
  ctx: StepContext,
): Promise<void> {
  const { told, differences } = compareSurveys(manifest, found);
  const tables = Object.keys(manifest.counts).length;
  const rows = sumRows(manifest.counts);
  const checksums = Object.keys(manifest.checksums).filter((table) => found.checksums[table] !== undefined).length;
  const details = { tables, rows, checksums, counting: manifest.counting, told: told.slice(0, SHOWN_DIFFERENCES) };
  if (differences.length > 0)
    throw new Disproved("counts", "the restored database holds something else than the one that was dumped", {
      detail: differences.slice(0, SHOWN_DIFFERENCES).join("\n"),
      details: { ...details, differences: differences.slice(0, SHOWN_DIFFERENCES) },
    });
  const summary = `${plural(tables, "table")}, ${formatCount(rows)} rows, ${sayAgreement(manifest, told)}; the checksums of ${checksums} are the same.`;
  findings.good("counts", summary, found.tookMs, details);
  ctx.log.info(summary);
}
