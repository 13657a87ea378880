import { canonicalJson } from "#lib/platform/crypto.ts";
import { countVoters } from "../approval/judge-approval.ts";
import { sealOf } from "../approval/seal.ts";
import { type EvidenceFile, evidenceFileSchema } from "./file.ts";
import { hashAttempts, hashFile, hashLines } from "./hashes.ts";

export interface VerifiedFile {
  /** SHA-256 of the bytes. */
  hash: string;
  /** Empty: it is what was written, as far as could be asked. */
  problems: string[];
  file: EvidenceFile | null;
}

function checkLogs({ run }: EvidenceFile): string[] {
  return run.steps.flatMap(({ key, sha256, attempts }) => {
    const problems = attempts.flatMap(({ number, lines, log, sha256: hash }) => [
      ...(log.length === lines ? [] : [`${key}, try ${number}: ${log.length} lines where ${lines} were written.`]),
      ...(hashLines(log) === hash ? [] : [`${key}, try ${number}: its log is not the one that was hashed.`]),
    ]);
    return hashAttempts(attempts) === sha256
      ? problems
      : [...problems, `${key}: its tries are not those that were hashed.`];
  });
}

function checkSeal({ sealed, seal, approvals, deployment }: EvidenceFile): string[] {
  const problems = sealOf(sealed) === seal ? [] : ["What was approved is not what was sealed."];
  const votes = approvals.flatMap(({ decision, seal: read, voter, by }) =>
    decision === "approve" && voter && by ? [{ userId: voter.id, byId: by.id, seal: read }] : [],
  );
  const { requestedBy, editors } = deployment;
  const authors = { requestedById: requestedBy?.id ?? "", editorIds: editors.flatMap((one) => one?.id ?? []) };
  const { size } = countVoters({ approvals: votes, seal, ...authors });
  const isEnough = deployment.kind !== "release" || deployment.state === "void" || size >= deployment.needed;
  return isEnough ? problems : [...problems, `${size} of ${deployment.needed} other people approved this text.`];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Holds a file against the hash that was kept of it elsewhere (null: nothing to hold it against), and against itself: its form,
 * its logs from line 1 to n, its seal, its approvals.
 */
export function verifyFile(bytes: Uint8Array, expected: string | null): VerifiedFile {
  const hash = hashFile(bytes);
  const text = Buffer.from(bytes).toString("utf8");
  const problems =
    expected === null || expected === hash ? [] : [`Its SHA-256 is ${hash}, not ${expected}: it was changed.`];
  const value = parse(text);
  const parsed = evidenceFileSchema.safeParse(value);
  if (!parsed.success) return { hash, problems: [...problems, "It is not the evidence of a deployment."], file: null };
  if (canonicalJson(value) !== text)
    problems.push("It is not in its canonical form: it was written again by another program.");
  problems.push(...checkLogs(parsed.data), ...checkSeal(parsed.data));
  return { hash, problems, file: parsed.data };
}
