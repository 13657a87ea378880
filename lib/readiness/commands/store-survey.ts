import { randomUUID } from "node:crypto";
import { canonicalJson } from "#lib/platform/crypto.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import type { DocumentKind } from "../constants.ts";

export interface FoundDocument {
  kind: DocumentKind;
  name: string;
  detail: Record<string, unknown>;
}

const NAME_MAX = 255;
const BATCH = 500;
const keyOf = ({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`;

/**
 * Makes the panel's own documents of one environment say what was found: what is new is added, what changed is noted, what is no
 * longer there is closed. What people wrote is theirs.
 */
export async function storeSurvey(
  tx: Tx,
  place: { serviceId: string; environment: string },
  found: readonly FoundDocument[],
): Promise<void> {
  const present = (
    await tx.serviceDocument.findMany({ where: { serviceId: place.serviceId, source: "panel", removedAt: null } })
  ).filter(({ detail }) => (detail as { environment?: unknown }).environment === place.environment);
  const known = new Map(present.map((row) => [keyOf(row), row]));
  const wanted = new Map(
    found.map((one) => {
      const document = {
        ...one,
        name: one.name.slice(0, NAME_MAX),
        detail: { ...one.detail, environment: place.environment },
      };
      return [keyOf(document), document] as const;
    }),
  );
  const gone = present.filter((row) => !wanted.has(keyOf(row))).map(({ id }) => id);
  if (gone.length > 0)
    await tx.serviceDocument.updateMany({ where: { id: { in: gone } }, data: { removedAt: new Date() } });
  const fresh: Prisma.ServiceDocumentCreateManyInput[] = [];
  for (const [key, { kind, name, detail }] of wanted) {
    const row = known.get(key);
    // What somebody looked up about it stays with it.
    const kept = row ? { ...lookedUp(row.detail), ...detail } : detail;
    if (!row)
      fresh.push({
        ...{ id: randomUUID(), serviceId: place.serviceId, kind, name, source: "panel" },
        detail: detail as Prisma.InputJsonObject,
      });
    else if (canonicalJson(row.detail) !== canonicalJson(kept))
      await tx.serviceDocument.update({ where: { id: row.id }, data: { detail: kept as Prisma.InputJsonObject } });
  }
  for (let at = 0; at < fresh.length; at += BATCH)
    await tx.serviceDocument.createMany({ data: fresh.slice(at, at + BATCH) });
}

function lookedUp(detail: unknown): Record<string, unknown> {
  const { debian } = (detail ?? {}) as { debian?: unknown };
  return debian === undefined ? {} : { debian };
}
