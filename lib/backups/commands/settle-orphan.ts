import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { ORPHAN } from "#lib/checklists/backup-target.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { OrphanAct } from "../schema/steps.ts";

/** Has something that no backup names removed, or taken up as a restore point. */
export async function settleOrphan(
  actor: UserActor,
  { targetId, orphanId, act }: { targetId: string; orphanId: string; act: OrphanAct },
): Promise<{ runId: number }> {
  authorize(actor, "backupTargets.manage");
  const { runId } = await transaction(async (tx) => {
    const orphan = await tx.backupOrphan.findFirst({ where: { id: orphanId, targetId, target: { removedAt: null } } });
    if (!orphan) throw notFound("unknown object");
    if (act === "adopt" && !orphan.adoptable)
      throw conflict("backups.not_adoptable", `${orphan.key} is no whole backup of a service of this panel.`);
    await recordAudit(tx, actor, {
      action: `backupTargets.orphan.${act}`,
      subjectType: "backupTarget",
      subjectId: targetId,
      detail: { key: orphan.key, sizeBytes: Number(orphan.sizeBytes) },
    });
    const verb = act === "remove" ? "Remove" : "Take up";
    return createRun(tx, actor, {
      mode: "apply",
      checklist: { key: ORPHAN.key, version: ORPHAN.version },
      title: `${verb} ${orphan.key}`.slice(0, 200),
      ...{ serviceId: null, environment: null, exclusiveKey: `target:${targetId}` },
      startKey: `orphan:${orphanId}:${randomUUID()}`,
      steps: compileChecklist(ORPHAN, { orphanId, key: orphan.key, act }),
    });
  });
  await ringRun(runId);
  return { runId };
}
