import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import type { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Folder } from "../targets/look-through.ts";
import { nameData } from "./name-data.ts";
import { tell } from "./tell-backup.ts";

/** A target as it was when a look through it began. */
export interface SeenTarget {
  id: string;
  version: number;
}

/** What was seen of a target that was changed since is of another place: it is no more written. Holds its row until the end. */
async function isSame(tx: Tx, { id, version }: SeenTarget): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM BackupTarget WHERE id = ${id} AND version = ${version} AND removedAt IS NULL FOR UPDATE`;
  return rows.length > 0;
}

/** How the check of a target ended. Returns whether it is still as it was checked. */
export async function noteTarget(
  { id, version }: SeenTarget,
  error: AppError | null,
  ctx: StepContext,
): Promise<boolean> {
  const words = error ? [error.message, error.advice].filter(Boolean).join(" ") : null;
  const now = new Date();
  return ctx.write(async (tx) => {
    const noted = await tx.backupTarget.updateMany({
      where: { id, version, removedAt: null },
      data: { state: error ? "failing" : "ok", error: words, checkedAt: now, ...(error ? {} : { failingSince: null }) },
    });
    if (error && noted.count > 0)
      await tx.backupTarget.updateMany({ where: { id, failingSince: null }, data: { failingSince: now } });
    return noted.count > 0;
  });
}

/** Marks the points whose objects are not there, and takes the mark from those that are there again. */
export async function noteMissing(
  target: SeenTarget,
  points: { gone: readonly string[]; back: readonly string[] },
  ctx: StepContext,
): Promise<void> {
  if (points.gone.length + points.back.length === 0) return;
  await ctx.write(async (tx) => {
    if (!(await isSame(tx, target))) return;
    await markMissing(tx, points.gone);
    await tx.backup.updateMany({ where: { id: { in: [...points.back] } }, data: { missingAt: null } });
  });
}

/** Whose they are and who looks after data hears of those that are newly not there: one mail for each policy. */
async function markMissing(tx: Tx, ids: readonly string[]): Promise<void> {
  const missingAt = new Date();
  const fresh = await tx.backup.findMany({
    where: { id: { in: [...ids] }, missingAt: null },
    select: {
      ...{ id: true, serviceId: true, environment: true, policy: true },
      service: { select: { id: true, name: true, ownerId: true } },
    },
    orderBy: { startedAt: "desc" },
  });
  await tx.backup.updateMany({ where: { id: { in: fresh.map(({ id }) => id) } }, data: { missingAt } });
  const byPolicy = Map.groupBy(fresh, (row) => `${row.serviceId}/${row.environment}/${row.policy}`);
  for (const [newest] of byPolicy.values()) {
    if (!newest) continue;
    const about = { service: newest.service, environment: newest.environment, name: newest.policy };
    await tell(tx, about, {
      template: "backup-gone",
      key: `${newest.id}:${missingAt.getTime()}`,
      title: `Mail that backups of ${nameData(about)} are missing`,
      input: { backupId: newest.id, missingSince: missingAt.toISOString() },
    });
  }
}

export interface FoundOrphan extends Pick<Folder, "key" | "sizeBytes" | "modifiedAt"> {
  adoptable: boolean;
}

const KEY_MAX = 400;

/** Keeps what nobody knows, and forgets what is not there or has become known. */
export async function noteOrphans(target: SeenTarget, found: readonly FoundOrphan[], ctx: StepContext): Promise<void> {
  const targetId = target.id;
  const fitting = found.filter(({ key }) => key.length <= KEY_MAX);
  await ctx.write(async (tx) => {
    if (!(await isSame(tx, target))) return;
    const before = new Map((await listKept(tx, targetId)).map((row) => [row.key, row]));
    const now = new Set(fitting.map(({ key }) => key));
    const gone = [...before.values()].filter(({ key }) => !now.has(key)).map(({ id }) => id);
    await tx.backupOrphan.deleteMany({ where: { id: { in: gone } } });
    const fresh = fitting.filter(({ key }) => !before.has(key));
    await tx.backupOrphan.createMany({
      data: fresh.map(({ key, sizeBytes, modifiedAt, adoptable }) => ({
        ...{ id: randomUUID(), targetId, key, sizeBytes: BigInt(sizeBytes), modifiedAt, adoptable },
      })),
    });
    for (const { key, sizeBytes, modifiedAt, adoptable } of fitting) {
      const kept = before.get(key);
      if (!kept || (Number(kept.sizeBytes) === sizeBytes && kept.adoptable === adoptable)) continue;
      await tx.backupOrphan.update({
        where: { id: kept.id },
        data: { sizeBytes: BigInt(sizeBytes), modifiedAt, adoptable },
      });
    }
  });
}

const listKept = (tx: Tx, targetId: string) =>
  tx.backupOrphan.findMany({ where: { targetId }, select: { id: true, key: true, sizeBytes: true, adoptable: true } });
