import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { explainNotRestorable } from "../restore/explain-not-restorable.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";

const WITH_OWNER = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  backupPolicy: { select: { maskingSql: true } },
  target: { select: { id: true, name: true, kind: true, config: true } },
} as const satisfies Prisma.BackupInclude;

/** One restore point with its manifest read. */
export type Point = Prisma.BackupGetPayload<{ include: typeof WITH_OWNER }> & { described: Manifest | null };

export async function findPoint(tx: Tx, backupId: string): Promise<Point> {
  const row = await tx.backup.findUnique({ where: { id: backupId }, include: WITH_OWNER });
  if (!row) throw notFound("restore point");
  return { ...row, described: manifestSchema.safeParse(row.manifest).data ?? null };
}

type JudgedPoint = Pick<Point, "engine" | "state" | "missingAt" | "removedAt" | "manifest">;

/** Why this point cannot be restored from the browser; null when it can. */
export const findObstacle = (point: JudgedPoint): string | null =>
  explainNotRestorable({
    engine: point.engine,
    state: point.state,
    missing: point.missingAt !== null,
    removed: point.removedAt !== null,
    described: manifestSchema.safeParse(point.manifest).success,
  });
