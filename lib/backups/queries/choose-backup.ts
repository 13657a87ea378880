import { randomInt } from "node:crypto";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { VerifyBackupInput } from "../schema/steps.ts";

export interface BackupScope {
  /** null: the panel itself. */
  serviceId: string | null;
  environment: string;
  policy: string;
}

const TAKE_STEP = "backups.take";

/** Stored whole, and there. */
const AVAILABLE = {
  state: { in: ["stored", "verified"] },
  missingAt: null,
  removedAt: null,
} as const satisfies Prisma.BackupWhereInput;

const NEWEST = [{ startedAt: "desc" }, { id: "desc" }] as const satisfies Prisma.BackupOrderByWithRelationInput[];

/** The restore point that a step is about; null: there is none of that kind. */
export async function chooseBackup(
  which: VerifyBackupInput["which"],
  scope: BackupScope,
  runId: number,
): Promise<string | null> {
  const where = { ...scope, ...AVAILABLE };
  if (typeof which === "object") {
    // A person may look again at one that was found bad.
    const found = await db().backup.findFirst({
      where: { id: which.backupId, serviceId: scope.serviceId, environment: scope.environment, removedAt: null },
      select: { id: true },
    });
    if (!found) throw notFound("restore point");
    return found.id;
  }
  if (which === "taken") {
    const steps = await db().step.findMany({ where: { runId, name: TAKE_STEP }, select: { id: true } });
    const taken = { ...where, state: undefined, stepId: { in: steps.map((step) => step.id) } };
    return (await db().backup.findFirst({ where: taken, orderBy: [...NEWEST], select: { id: true } }))?.id ?? null;
  }
  const newest = await db().backup.findFirst({ where, orderBy: [...NEWEST], select: { id: true } });
  if (which === "newest" || !newest) return newest?.id ?? null;
  const older = { ...where, id: { not: newest.id } };
  const count = await db().backup.count({ where: older });
  if (count === 0) return null;
  const skip = randomInt(count);
  return (await db().backup.findFirst({ where: older, orderBy: [...NEWEST], skip, select: { id: true } }))?.id ?? null;
}
