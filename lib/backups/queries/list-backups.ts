import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { BackupView } from "../types.ts";
import { toBackupView, WITH_PROOF } from "./backup-view.ts";

const SHOWN = 100;

/** A service's backups, newest first. */
export async function listBackups(actor: Actor, serviceId: string): Promise<BackupView[]> {
  authorize(actor, "backups.read");
  const rows = await db().backup.findMany({
    where: { serviceId },
    include: WITH_PROOF,
    orderBy: { startedAt: "desc" },
    take: SHOWN,
  });
  const steps = await db().step.findMany({
    where: { id: { in: rows.flatMap((row) => row.stepId ?? []) } },
    select: { id: true, runId: true },
  });
  const runOf = new Map(steps.map((step) => [step.id, step.runId]));
  return rows.map((row) => toBackupView(row, row.stepId === null ? null : (runOf.get(row.stepId) ?? null)));
}
