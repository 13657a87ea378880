import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import type { RunHookInfo } from "#lib/runs/types.ts";
import { PROVEN_FROM } from "../constants.ts";
import { scopeOf } from "../queries/find-policy.ts";
import type { VerifyBackupInput } from "../schema/steps.ts";
import type { VerifyBackupOutput } from "../steps/verify.ts";
import { nameData } from "./name-data.ts";
import { reachesProof } from "./note-verification.ts";
import { tell } from "./tell-backup.ts";

export const PROOF_STEP = {
  id: true,
  state: true,
  input: true,
  output: true,
  error: true,
  startedAt: true,
  finishedAt: true,
} as const satisfies Prisma.StepSelect;
type ProofStep = Prisma.StepGetPayload<{ select: typeof PROOF_STEP }>;

const WITH_SERVICE = { service: { select: { id: true, name: true, ownerId: true } } } as const;
type Policy = Prisma.BackupPolicyGetPayload<{ include: typeof WITH_SERVICE }>;

/** What was asked and what came of it, as they were checked when they were written. */
const inputOf = (step: ProofStep) => step.input as unknown as VerifyBackupInput;
const outputOf = (step: ProofStep) => step.output as unknown as Partial<VerifyBackupOutput> | null;

/** Retention took the point away while it was read: that says nothing about the next proof. */
const SAYS_NOTHING = new Set(["backups.removed"]);

interface Stop {
  at: Date;
  why: string;
}

/** Why a proof that nobody watches over ended without one; null: it did not. What it found bad is told apart. */
function findStop(step: ProofStep, wasEverProven: boolean): Stop | null {
  const { which } = inputOf(step);
  if (typeof which === "object") return null;
  const at = step.finishedAt ?? step.startedAt ?? new Date();
  if (step.state === "failed" || step.state === "needs_person") {
    const { code, message, advice } = (step.error ?? {}) as { code?: string; message?: string; advice?: string };
    if (code && SAYS_NOTHING.has(code)) return null;
    return { at, why: [message, advice].filter(Boolean).join(" ") || "It failed." };
  }
  const output = outputOf(step);
  // Where nothing was ever proven, going no further may be what was chosen: encrypted for a key that is kept elsewhere.
  const isStopped = step.state === "succeeded" && which !== "random-older" && output?.backupId && wasEverProven;
  return isStopped && output.stopped ? { at, why: output.stopped } : null;
}

/** Whether a proof says that the policy's proofs work: of the newest there was, not of an older one. */
async function isProof(tx: Tx, policyId: string, step: ProofStep): Promise<boolean> {
  const { which } = inputOf(step);
  const { backupId, proven } = outputOf(step) ?? {};
  if (step.state !== "succeeded" || !backupId || !reachesProof(proven ?? null) || which === "random-older")
    return false;
  if (typeof which === "string") return true;
  const newest = await tx.backup.findFirst({
    where: { policyId, state: { in: ["stored", "verified"] }, removedAt: null, missingAt: null },
    orderBy: { startedAt: "desc" },
    select: { id: true },
  });
  return newest?.id === backupId;
}

/** A run that waits is looked at again and again, also when later ones have proven what it could not. */
const wasProvenSince = async (tx: Tx, policyId: string, { at }: Stop, stepIds: number[]): Promise<boolean> =>
  (await tx.verification.findFirst({
    where: {
      ...{ ok: true, level: PROVEN_FROM, createdAt: { gt: at }, backup: { policyId } },
      OR: [{ stepId: null }, { stepId: { notIn: stepIds } }],
    },
    select: { id: true },
  })) !== null;

/** Whoever writes the mark is the one who tells. */
async function noteStop(tx: Tx, policy: Policy, { at, why }: Stop): Promise<void> {
  const mine = await tx.backupPolicy.updateMany({
    where: { id: policy.id, unprovenSince: null },
    data: { unprovenSince: at, unprovenWhy: why },
  });
  if (mine.count === 0) return;
  await tell(tx, policy, {
    template: "proofs-stopped",
    key: `${policy.id}:${at.getTime()}`,
    title: `Mail that backups of ${nameData(policy)} are no longer proven`,
    input: { policyId: policy.id, since: at.toISOString() },
  });
}

/**
 * What a run's proofs say about the next: a policy whose proofs stop is marked and told of, until one of the newest point proves it
 * again. `disproved`: steps that found a point bad. Returns the policies whose proofs stopped. Safe to repeat.
 */
export async function followProofs(
  tx: Tx,
  run: Pick<RunHookInfo, "id" | "serviceId">,
  steps: readonly ProofStep[],
  disproved: ReadonlySet<number>,
): Promise<Policy[]> {
  const looks = steps.filter(({ id }) => !disproved.has(id));
  if (looks.length === 0) return [];
  const { environment } = await tx.run.findUniqueOrThrow({ where: { id: run.id }, select: { environment: true } });
  const byScope = Map.groupBy(looks, (step) => {
    const { policy: name, environment: own } = inputOf(step);
    return scopeOf({ serviceId: run.serviceId, environment: own ?? environment ?? "production", name });
  });
  const stopped: Policy[] = [];
  for (const [scope, own] of byScope) {
    const policy = await tx.backupPolicy.findUnique({ where: { scope }, include: WITH_SERVICE });
    if (!policy) continue;
    const proven = await tx.backup.findFirst({
      where: { policyId: policy.id, state: "verified" },
      select: { id: true },
    });
    const stop = own.map((step) => findStop(step, proven !== null)).find((one) => one !== null);
    const ids = own.map(({ id }) => id);
    if (stop && !(await wasProvenSince(tx, policy.id, stop, ids))) {
      await noteStop(tx, policy, stop);
      stopped.push(policy);
    } else if (!stop && policy.unprovenSince !== null) await noteProof(tx, policy.id, own);
  }
  return stopped;
}

async function noteProof(tx: Tx, policyId: string, steps: readonly ProofStep[]): Promise<void> {
  for (const step of steps)
    if (await isProof(tx, policyId, step)) {
      await tx.backupPolicy.update({ where: { id: policyId }, data: { unprovenSince: null, unprovenWhy: null } });
      return;
    }
}
