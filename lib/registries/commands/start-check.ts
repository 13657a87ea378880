import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { CHECK_REGISTRY } from "#lib/checklists/check-registry.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";

/** A run that signs in at the registry, in the caller's transaction; afterwards `ringRun(runId)`. */
export const createCheck = (
  tx: Tx,
  actor: UserActor,
  { id, host }: { id: string; host: string; version: number },
): Promise<CreatedRun> =>
  createRun(tx, actor, {
    mode: "apply",
    checklist: { key: CHECK_REGISTRY.key, version: CHECK_REGISTRY.version },
    title: `Sign in at ${host}`.slice(0, 200),
    serviceId: null,
    environment: null,
    startKey: `registry:${id}:${randomUUID()}`,
    steps: compileChecklist(CHECK_REGISTRY, { credentialId: id, host }),
  });

/** Tries the account now. */
export async function startCheck(actor: UserActor, id: string): Promise<{ runId: number }> {
  authorize(actor, "registries.manage");
  const { runId } = await transaction(async (tx) => {
    const present = await tx.registryCredential.findUnique({ where: { id } });
    if (!present) throw notFound("registry account");
    return createCheck(tx, actor, present);
  });
  await ringRun(runId);
  return { runId };
}
