import { canonicalJson } from "#lib/platform/crypto.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { readLines } from "#lib/runs/queries/read-log.ts";
import type { LogLine } from "#lib/runs/types.ts";
import { type EvidenceFile, type EvidenceStep, evidenceFileSchema, FORMAT, VERSION } from "../evidence/file.ts";
import { hashAttempts, hashFile, hashLines } from "../evidence/hashes.ts";
import { authorsOf, findDeployment } from "./find-deployment.ts";
import { readPeople } from "./people.ts";

const STEP = "releases.evidence";
const LINES = 2_000;

const toText = (at: Date | null): string | null => at?.toISOString() ?? null;
const showLine = ({ at, stream, text }: LogLine): string => `${new Date(at).toISOString()} ${stream} ${text}`;

/** Lines 1 to n of an attempt; short of one, it is not evidence. */
async function readAll(attempt: { id: number; lines: number }): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < attempt.lines) {
    const some = await readLines(attempt.id, lines.length + 1, Math.min(attempt.lines, lines.length + LINES));
    if (some.length === 0) throw new Error(`Attempt ${attempt.id} has fewer than ${attempt.lines} lines of log.`);
    lines.push(...some.map(showLine));
  }
  return lines;
}

async function readSteps(tx: Tx, runId: number): Promise<EvidenceStep[]> {
  const steps = await tx.step.findMany({
    // Its own log is still being written.
    where: { runId, name: { not: STEP } },
    orderBy: { position: "asc" },
    include: { attemptLog: { orderBy: { number: "asc" } } },
  });
  const read: EvidenceStep[] = [];
  for (const { key, name, title, state, skipReason, error, output, attemptLog } of steps) {
    const attempts: EvidenceStep["attempts"] = [];
    for (const one of attemptLog) {
      const log = await readAll(one);
      attempts.push({
        ...{ number: one.number, state: one.state, lines: log.length, sha256: hashLines(log), log },
        startedAt: one.startedAt.toISOString(),
        finishedAt: toText(one.finishedAt),
      });
    }
    read.push({ key, name, title, state, skipReason, error, output, sha256: hashAttempts(attempts), attempts });
  }
  return read;
}

async function readBackups(tx: Tx, runId: number): Promise<EvidenceFile["backups"]> {
  const steps = await tx.step.findMany({ where: { runId }, select: { id: true } });
  const rows = await tx.backup.findMany({
    where: { stepId: { in: steps.map(({ id }) => id) } },
    orderBy: { startedAt: "asc" },
  });
  return rows.map(({ id, policy, key, state, sizeBytes, proven, provenAt, manifest }) => ({
    ...{ id, policy, key, state, proven, sizeBytes: sizeBytes?.toString() ?? null, provenAt: toText(provenAt) },
    manifestSha256: manifest === null ? null : hashFile(canonicalJson(manifest)),
  }));
}

/** Everything there is to know of a deployment whose run has done its work, from its rows and its run's. */
export async function collectEvidenceFile(deploymentId: string, now: Date, tx: Tx = db()): Promise<EvidenceFile> {
  const row = await findDeployment(deploymentId, tx);
  const { release, environment, approvals } = row;
  const run = await tx.run.findUniqueOrThrow({ where: { id: row.runId ?? 0 } });
  const comments = await tx.deploymentComment.findMany({ where: { deploymentId }, orderBy: { createdAt: "asc" } });
  const editors = authorsOf({ requestedById: null, editorIds: row.editorIds });
  const person = await readPeople(tx, [
    ...[row.requestedById, release.byId, run.requestedById, ...editors],
    ...approvals.flatMap(({ voterId, byId }) => [voterId, byId]),
    ...comments.map(({ byId }) => byId),
  ]);
  const steps = await readSteps(tx, run.id);
  const soak = steps.find(({ name }) => name === "releases.soak");
  return evidenceFileSchema.parse({
    ...{ format: FORMAT, version: VERSION, writtenAt: now.toISOString() },
    service: { id: environment.service.id, name: environment.service.name },
    environment: { id: environment.id, name: environment.name, stackName: environment.stackName },
    deployment: {
      ...{ id: row.id, kind: row.kind, state: row.state, outcome: row.outcome, reason: row.reason },
      ...{ requestedBy: person(row.requestedById), editors: editors.map(person) },
      ...{ createdAt: row.createdAt.toISOString(), approvedAt: toText(row.approvedAt), startAt: toText(row.startAt) },
      ...{ startedAt: toText(row.startedAt), finishedAt: toText(row.finishedAt) },
      ...{ needed: row.needed, configVersion: row.configVersion, previousId: row.previousId },
    },
    release: {
      ...{ id: release.id, number: release.number, contentHash: release.contentHash },
      ...{ images: release.images, labels: release.labels, commitId: release.commitId },
      ...{ sourceUrl: release.sourceUrl, branch: release.branch, notes: release.notes, origin: release.origin },
      ...{ by: person(release.byId), createdAt: release.createdAt.toISOString() },
    },
    sealed: {
      environment: environment.name,
      ...{ content: row.content, answers: row.answers, evidence: row.evidence, targetState: row.targetState },
      ...{ startAt: toText(row.startAt), revision: row.revision },
    },
    seal: row.seal,
    approvals: approvals.map(({ voterId, byId, decision, seal, comment, createdAt }) => ({
      ...{ voter: person(voterId), by: person(byId), decision, seal, comment, at: createdAt.toISOString() },
    })),
    comments: comments.map(({ byId, text, createdAt }) => ({ by: person(byId), text, at: createdAt.toISOString() })),
    run: {
      ...{ id: run.id, checklist: `${run.checklistKey} ${run.checklistVersion}` },
      ...{ requestedBy: person(run.requestedById), createdAt: run.createdAt.toISOString() },
      ...{ startedAt: toText(run.startedAt), steps },
    },
    backups: await readBackups(tx, run.id),
    probes: soak?.output ?? null,
  });
}
