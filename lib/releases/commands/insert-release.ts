import { randomUUID } from "node:crypto";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import type { ReleaseOrigin, ReleaseState } from "../constants.ts";
import type { Migration, ReleaseImages, ReleaseTemplate } from "../schema/content.ts";

export interface ReleaseRow {
  serviceId: string;
  state: ReleaseState;
  contentHash: string | null;
  images: ReleaseImages;
  template: ReleaseTemplate;
  migrations: readonly Migration[];
  labels: Record<string, string>;
  commitId: string | null;
  sourceUrl: string | null;
  branch: string | null;
  notes: string;
  origin: ReleaseOrigin;
  byId: string | null;
  runId: number | null;
}

/** A release with the service's next number. The caller holds the service's row, so that no two have the same. */
export async function insertRelease(tx: Tx, row: ReleaseRow) {
  const last = await tx.release.findFirst({
    where: { serviceId: row.serviceId },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return tx.release.create({
    data: {
      ...row,
      id: randomUUID(),
      number: (last?.number ?? 0) + 1,
      template: row.template as Prisma.InputJsonObject,
      migrations: row.migrations as Prisma.InputJsonArray,
    },
    select: { id: true, number: true },
  });
}
