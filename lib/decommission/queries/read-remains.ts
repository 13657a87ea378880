import { z } from "zod";
import { reachesProof } from "#lib/backups/commands/note-verification.ts";
import type { VerificationLevel } from "#lib/backups/constants.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { ARCHIVE, POINT } from "../constants.ts";

const BACKUPS_SHOWN = 10;

const archiveFacts = z.looseObject({
  folder: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  files: z.number(),
});

/** What of a service is left outside: archives, backups, and what was kept on purpose. */
export async function readRemains(tx: Tx, serviceId: string) {
  const service = await tx.service.findUnique({ where: { id: serviceId }, select: { name: true } });
  if (!service) return null;
  const resources = await tx.resource.findMany({
    where: { serviceId, state: { not: "gone" }, kind: { not: POINT } },
    orderBy: [{ createdAt: "asc" }, { name: "asc" }],
    select: { kind: true, name: true, providerId: true, attributes: true, createdAt: true },
  });
  const stored = { serviceId, removedAt: null, missingAt: null, state: { in: ["stored", "verified"] } };
  const backups = await tx.backup.findMany({
    where: stored,
    orderBy: { startedAt: "desc" },
    take: BACKUPS_SHOWN,
    select: { id: true, key: true, policy: true, startedAt: true, proven: true },
  });
  return {
    name: service.name,
    archives: resources.flatMap(({ kind, providerId, attributes, createdAt }) => {
      const facts = kind === ARCHIVE ? archiveFacts.safeParse(attributes).data : undefined;
      if (!facts) return [];
      const { folder, sha256, sizeBytes, files } = facts;
      return [{ path: providerId, folder, sha256, sizeBytes, files, at: createdAt.toISOString() }];
    }),
    backups: backups.map(({ startedAt, proven, ...one }) => ({
      ...{ ...one, at: startedAt.toISOString() },
      isProven: reachesProof(proven as VerificationLevel | null),
    })),
    moreBackups: Math.max(0, (await tx.backup.count({ where: stored })) - backups.length),
    kept: resources.filter(({ kind }) => kind !== ARCHIVE).map(({ kind, name }) => ({ kind, name })),
  };
}
