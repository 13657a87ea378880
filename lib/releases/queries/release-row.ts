import type { Prisma } from "#lib/platform/db/client.ts";
import type { ReleaseOrigin, ReleaseState } from "../constants.ts";
import { releaseImagesSchema } from "../schema/content.ts";
import type { ReleaseListRow } from "../types.ts";

export const RELEASE_INCLUDE = { by: { select: { id: true, displayName: true } } } as const;
type Row = Prisma.ReleaseGetPayload<{ include: typeof RELEASE_INCLUDE }>;

/** A release as lists show it. `runsIn`: environments in which it runs now. */
export function toReleaseRow(row: Row, runsIn: readonly string[]): ReleaseListRow {
  const [image = "", digest = null] = (releaseImagesSchema.parse(row.images).app ?? "").split("@");
  return {
    id: row.id,
    number: row.number,
    state: row.state as ReleaseState,
    image,
    digest,
    commitId: row.commitId,
    sourceUrl: row.sourceUrl,
    branch: row.branch,
    notes: row.notes,
    origin: row.origin as ReleaseOrigin,
    by: row.by && { id: row.by.id, name: row.by.displayName },
    error: row.error,
    runId: row.runId,
    migrations: Array.isArray(row.migrations) ? row.migrations.length : 0,
    runsIn: [...runsIn],
    createdAt: row.createdAt.toISOString(),
  };
}
