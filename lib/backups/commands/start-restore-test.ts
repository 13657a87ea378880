import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { RESTORE_TEST } from "#lib/checklists/restore-test.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { readArranged, readLastAnswers } from "#lib/templates/queries/read-published.ts";

/** Starts a restore test of everything one environment of a service has backed up. */
export async function startRestoreTest(
  actor: UserActor,
  { service: name, environment }: { service: string; environment: string },
): Promise<CreatedRun> {
  authorize(actor, "backups.verify");
  const run = await transaction(async (tx) => {
    const service = await tx.service.findUnique({ where: { name }, select: { id: true, name: true, state: true } });
    if (!service) throw invalid({ service: "There is no such service." });
    const policies = await tx.backupPolicy.findMany({
      where: { serviceId: service.id, environment, scope: { not: null } },
      orderBy: { name: "asc" },
      select: {
        name: true,
        _count: {
          select: { backups: { where: { state: { in: ["stored", "verified"] }, removedAt: null, missingAt: null } } },
        },
      },
    });
    const proven = policies.map((policy) => ({ name: policy.name, points: policy._count.backups }));
    const kept = proven.filter(({ points }) => points > 0);
    if (kept.length === 0)
      throw invalid({
        service: `Nothing of ${service.name}'s ${environment} was backed up yet: there is nothing to restore.`,
      });
    const { checklist, pinned } = await readArranged(tx, RESTORE_TEST, await readLastAnswers(tx, service.id));
    return createRun(tx, actor, {
      mode: "apply",
      checklist: pinned,
      title: `Restore test: ${service.name} (${environment})`,
      serviceId: service.id,
      environment,
      startKey: `restore-test:${service.id}:${randomUUID()}`,
      exclusiveKey: `restore-test:${service.id}:${environment}`,
      steps: compileChecklist(checklist, { service: service.name, environment, policies: kept }),
    });
  });
  await ringRun(run.runId);
  return run;
}
