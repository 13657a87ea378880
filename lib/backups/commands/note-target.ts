import { randomUUID } from "node:crypto";
import type { Tx } from "#lib/platform/db/client.ts";
import type { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import type { Folder } from "../targets/look-through.ts";

/** How the check of a target ended. */
export async function noteTarget(targetId: string, error: AppError | null, ctx: StepContext): Promise<void> {
  const words = error ? [error.message, error.advice].filter(Boolean).join(" ") : null;
  await ctx.write((tx) =>
    tx.backupTarget.updateMany({
      where: { id: targetId, removedAt: null },
      data: { state: error ? "failing" : "ok", error: words, checkedAt: new Date() },
    }),
  );
}

/** Marks the points whose objects are not there, and takes the mark from those that are there again. */
export async function noteMissing(
  points: { gone: readonly string[]; back: readonly string[] },
  ctx: StepContext,
): Promise<void> {
  if (points.gone.length + points.back.length === 0) return;
  await ctx.write(async (tx) => {
    await tx.backup.updateMany({
      where: { id: { in: [...points.gone] }, missingAt: null },
      data: { missingAt: new Date() },
    });
    await tx.backup.updateMany({ where: { id: { in: [...points.back] } }, data: { missingAt: null } });
  });
}

export interface FoundOrphan extends Pick<Folder, "key" | "sizeBytes" | "modifiedAt"> {
  adoptable: boolean;
}

const KEY_MAX = 400;

/** Keeps what nobody knows, and forgets what is not there or has become known. */
export async function noteOrphans(targetId: string, found: readonly FoundOrphan[], ctx: StepContext): Promise<void> {
  const fitting = found.filter(({ key }) => key.length <= KEY_MAX);
  await ctx.write(async (tx) => {
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
