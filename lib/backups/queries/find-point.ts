import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { MaskingFacts } from "../restore/explain-no-masking.ts";
import { explainNotRestorable } from "../restore/explain-not-restorable.ts";
import type { PointOrigin } from "../restore/pick-destination.ts";
import { type Manifest, manifestSchema } from "../schema/manifest.ts";
import { sourceSchema } from "../schema/source.ts";
import { sourceKey } from "../sources/source-key.ts";
import { environmentOf } from "./environment-of.ts";

const WITH_OWNER = {
  service: { select: { id: true, name: true, ownerId: true, state: true } },
  backupPolicy: { select: { name: true, kind: true, source: true, maskingSql: true, removedAt: true } },
  target: { select: { id: true, name: true, kind: true, config: true } },
} as const satisfies Prisma.BackupInclude;

type PointRow = Prisma.BackupGetPayload<{ include: typeof WITH_OWNER }>;

/** One restore point with its manifest read. */
export type Point = PointRow & { described: Manifest | null; origin: PointOrigin };

/** Earlier manifests do not say what was read; their policy's source does. */
function readOrigin(row: PointRow, described: Manifest | null): PointOrigin {
  const { serviceId, service, policyId, policy, backupPolicy } = row;
  const source = sourceSchema.safeParse({ ...(backupPolicy?.source as object), kind: backupPolicy?.kind }).data;
  const environment = source && service ? environmentOf(source, service.name, row.environment) : row.environment;
  return {
    ...{ serviceId, environment, policyId, policy },
    key: described?.sourceKey ?? (source ? sourceKey(source) : null),
  };
}

export async function findPoint(tx: Tx, backupId: string): Promise<Point> {
  const row = await tx.backup.findUnique({ where: { id: backupId }, include: WITH_OWNER });
  if (!row) throw notFound("restore point");
  const described = manifestSchema.safeParse(row.manifest).data ?? null;
  return { ...row, described, origin: readOrigin(row, described) };
}

/** Where a point comes from, for `checkRestore`. */
export const placeOf = ({ service, origin }: Point) => ({
  serviceId: origin.serviceId,
  serviceName: service?.name ?? "Seaworthy itself",
  environment: origin.environment,
});

/** What there is to mask it with. */
export const maskingOf = ({
  engine,
  backupPolicy,
}: {
  engine: string;
  backupPolicy: Pick<NonNullable<Point["backupPolicy"]>, "name" | "maskingSql" | "removedAt"> | null;
}): MaskingFacts => ({
  engine,
  maskingSql: backupPolicy?.maskingSql ?? null,
  policy: backupPolicy?.removedAt === null ? backupPolicy.name : null,
});

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
