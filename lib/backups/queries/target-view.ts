import type { z } from "zod";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { targetConfigSchema } from "../schema/target.ts";
import type { targetView } from "../schema/target-views.ts";
import { targetSecretName } from "../targets/secret-name.ts";

/** A list of leavings without an end helps nobody: the oldest of them first, the rest after those are settled. */
const ORPHANS_SHOWN = 500;
const GOOD = { state: { in: ["stored", "verified"] }, removedAt: null } satisfies Prisma.BackupWhereInput;
const STATES = ["unchecked", "ok", "failing"] as const;

type Row = Prisma.BackupTargetGetPayload<Record<never, never>>;

/** Targets with what is in them, asked for all at once. */
export async function toTargetViews(tx: Tx, rows: readonly Row[]): Promise<z.output<typeof targetView>[]> {
  const ids = rows.map((row) => row.id);
  const of = { targetId: { in: ids } };
  const policies = await tx.backupPolicy.groupBy({ by: ["targetId"], where: { ...of, removedAt: null }, _count: true });
  const points = await tx.backup.groupBy({
    by: ["targetId"],
    where: { ...of, ...GOOD, missingAt: null },
    _count: true,
    _sum: { sizeBytes: true },
  });
  const missing = await tx.backup.groupBy({
    by: ["targetId"],
    where: { ...of, ...GOOD, missingAt: { not: null } },
    _count: true,
  });
  const orphans = await tx.backupOrphan.findMany({
    where: of,
    orderBy: [{ adoptable: "desc" }, { foundAt: "asc" }, { key: "asc" }],
    take: ORPHANS_SHOWN,
  });
  const secrets = await tx.secret.findMany({
    where: { name: { in: ids.map(targetSecretName) }, deletedAt: null },
    select: { name: true },
  });
  const kept = new Set(secrets.map((secret) => secret.name));
  const countOf = (groups: { targetId: string; _count: number }[], id: string) =>
    groups.find((group) => group.targetId === id)?._count ?? 0;
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    config: targetConfigSchema.parse(row.config),
    hasSecret: kept.has(targetSecretName(row.id)),
    state: STATES.find((state) => state === row.state) ?? "unchecked",
    error: row.error,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    isDefault: row.isDefault === 1,
    policies: countOf(policies, row.id),
    points: countOf(points, row.id),
    storedBytes: Number(points.find((group) => group.targetId === row.id)?._sum.sizeBytes ?? 0),
    orphans: orphans
      .filter((orphan) => orphan.targetId === row.id)
      .map(({ id, key, sizeBytes, modifiedAt, foundAt, adoptable }) => ({
        ...{ id, key, sizeBytes: Number(sizeBytes), adoptable },
        modifiedAt: modifiedAt.toISOString(),
        foundAt: foundAt.toISOString(),
      })),
    missing: countOf(missing, row.id),
    version: row.version,
  }));
}
