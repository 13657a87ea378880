import { gzipSync } from "node:zlib";
import { recordAudit } from "#lib/audit/record.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { asEngine } from "../commands/end-deployment.ts";
import { hashFile } from "../evidence/hashes.ts";
import { collectEvidenceFile } from "../queries/collect-evidence-file.ts";
import { readEvidence } from "../queries/get-evidence.ts";
import { type DeployStepInput, deployStepInputSchema } from "../schema/steps.ts";

interface EvidenceOutput {
  /** SHA-256 of the file's bytes. */
  hash: string;
  bytes: number;
}

/** Writes down once what a deployment was and how it went, and puts the hash of that into the audit chain. */
export const releasesEvidence = defineStep({
  name: "releases.evidence",
  queue: "releases",
  input: deployStepInputSchema,
  plan: planEvidence,
  apply: applyEvidence,
  verify: verifyEvidence,
  undo: async () => {},
});

async function planEvidence({ deploymentId }: DeployStepInput): Promise<PlanResult> {
  return { changes: [{ action: "create", kind: "evidence", name: deploymentId }] };
}

async function applyEvidence({ deploymentId }: DeployStepInput, ctx: StepContext): Promise<EvidenceOutput> {
  const before = await readEvidence(deploymentId);
  if (before) {
    ctx.log.info(`It is written down already: SHA-256 ${before.hash}`);
    return { hash: before.hash, bytes: Buffer.byteLength(before.text) };
  }
  const file = await collectEvidenceFile(deploymentId, new Date());
  const text = canonicalJson(file);
  const hash = hashFile(text);
  const bytes = Buffer.byteLength(text);
  const body = new Uint8Array(gzipSync(text));
  await ctx.write(async (tx) => {
    await tx.deploymentEvidence.create({ data: { deploymentId, hash, body } });
    await tx.deployment.update({
      where: { id: deploymentId },
      data: { evidenceHash: hash, version: { increment: 1 } },
    });
    await recordAudit(tx, asEngine(ctx.run.id), {
      action: "deployments.evidence",
      subjectType: "deployment",
      subjectId: deploymentId,
      detail: { sha256: hash, bytes, seal: file.seal, state: file.deployment.state },
    });
  });
  const lines = file.run.steps.flatMap(({ attempts }) => attempts).reduce((sum, one) => sum + one.lines, 0);
  ctx.log.info(`Written down with ${lines} lines of log: SHA-256 ${hash}`);
  return { hash, bytes };
}

async function verifyEvidence({ deploymentId }: DeployStepInput): Promise<VerifyResult> {
  const found = await readEvidence(deploymentId);
  if (!found) return { ok: false, reason: "There is no evidence of it." };
  const row = await db().deployment.findUnique({ where: { id: deploymentId }, select: { evidenceHash: true } });
  const hash = hashFile(found.text);
  return hash === row?.evidenceHash
    ? { ok: true, reason: `Its evidence still has the SHA-256 ${hash}.` }
    : { ok: false, reason: `Its evidence has the SHA-256 ${hash}, not ${row?.evidenceHash}.` };
}
