import { startProgram } from "#lib/integrations/programs/run.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { isEncrypted } from "../targets/read-part.ts";
import { decodeInto } from "./decode-stream.ts";
import { PartReader } from "./part-reader.ts";
import { Findings, type ProofJob } from "./proof-job.ts";

/**
 * Reads a point back from its target as it now stands there: the hash of every object, and what comes out of it down to its
 * end. Nothing is kept of it. Throws Disproved when it is not good. What only a person's identity opens is hashed.
 */
export async function readBack(job: ProofJob, ctx: StepContext): Promise<Findings> {
  const findings = new Findings();
  const reader = new PartReader(job, ctx);
  for (const part of job.manifest.parts) {
    if (isEncrypted(part.key) && job.identity === null) await reader.hash(part);
    else await reader.read(part, (stream) => decodeInto(startProgram, { ...stream, argv: [] }, ctx.signal));
  }
  reader.conclude(findings);
  return findings;
}
