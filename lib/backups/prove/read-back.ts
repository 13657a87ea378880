import { startProgram } from "#lib/integrations/programs/run.ts";
import { formatBytes } from "#lib/platform/format.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Manifest } from "../schema/manifest.ts";
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

/** Of what only a person's identity opens: what was seen of it while it was stored. */
export function sayUnpacked({ parts }: Manifest, findings: Findings, { log }: StepContext): void {
  const unseen = parts.filter((part) => part.rawBytes === undefined).map((part) => part.name);
  if (unseen.length > 0) {
    log.warn(`Nobody has unpacked ${unseen.join(", ")}: nobody here has the identity that opens what is stored`);
    return;
  }
  const rawBytes = parts.reduce((sum, part) => sum + (part.rawBytes ?? 0), 0);
  findings.rawBytes = rawBytes;
  const summary = `Unpacked to ${formatBytes(rawBytes)} before it was encrypted, all that was dumped; nobody here has the identity that opens what is stored.`;
  findings.good("decode", summary, 0, { encrypted: true, rawBytes });
}
