import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { RunMode, RunState, RunSummary } from "../types.ts";
import { SUMMARY, toSummary } from "./run-summary.ts";

export interface RunFilter {
  states?: readonly RunState[];
  modes?: readonly RunMode[];
  serviceId?: string;
  requestedById?: string;
  /** Runs older than this one: the next page begins after the last id of this one. */
  before?: number;
  limit?: number;
}

/** Runs, newest first, a page at a time. */
export async function listRuns(
  actor: Actor,
  filter: RunFilter = {},
): Promise<{ runs: RunSummary[]; next: number | null }> {
  authorize(actor, "runs.list");
  const limit = Math.min(filter.limit ?? 50, 200);
  const rows = await db().run.findMany({
    where: {
      ...(filter.states ? { state: { in: [...filter.states] } } : {}),
      ...(filter.modes ? { mode: { in: [...filter.modes] } } : {}),
      ...(filter.serviceId ? { serviceId: filter.serviceId } : {}),
      ...(filter.requestedById ? { requestedById: filter.requestedById } : {}),
      ...(filter.before ? { id: { lt: filter.before } } : {}),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
    select: SUMMARY,
  });
  const runs = rows.slice(0, limit).map(toSummary);
  return { runs, next: rows.length > limit ? (runs.at(-1)?.id ?? null) : null };
}
