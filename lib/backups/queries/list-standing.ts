import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { RestoreView } from "../types.ts";
import { RESTORE_WITH, toRestoreView } from "./restore-view.ts";

const SHOWN = 200;

/**
 * What restores have put beside a service's living data and nobody has removed: copies, what lived before a swap, and what a
 * restore that failed has left. Newest first.
 */
export async function listStanding(
  actor: Actor,
  { service: name }: { service: string },
): Promise<{ restores: RestoreView[] }> {
  authorize(actor, "backups.read");
  const rows = await db().restore.findMany({
    where: {
      service: { name, state: { not: "retired" } },
      OR: [{ state: { in: ["restored", "failed"] } }, { state: "swapped", previous: { not: null } }],
    },
    include: RESTORE_WITH,
    orderBy: { createdAt: "desc" },
    take: SHOWN,
  });
  const failed = rows.filter(({ state }) => state === "failed");
  const left = await db().resource.findMany({
    where: {
      ...{ service: { name }, stepName: "backups.restore", state: { not: "gone" } },
      name: { in: failed.map(({ destination }) => destination) },
    },
    select: { name: true },
  });
  const isThere = new Set(left.map((one) => one.name));
  const standing = rows.filter(({ state, destination }) => state !== "failed" || isThere.has(destination));
  return { restores: standing.map((row) => toRestoreView(row, actor)) };
}
