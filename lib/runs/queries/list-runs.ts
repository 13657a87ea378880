import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { RunMode, RunState, RunSummary } from "../types.ts";
import { SUMMARY, toSummary } from "./run-summary.ts";

export interface RunFilter {
  states?: readonly RunState[];
  modes?: readonly RunMode[];
  serviceId?: string;
  requestedById?: string;
  /** A run's number, or the beginning of a service's name. */
  search?: string;
  /** Runs older than this one: the next page begins after the last id of this one. */
  before?: number;
  limit?: number;
}

/** Services are found first, by their index, so that the runs are found by theirs. */
async function buildSearch(text: string): Promise<Prisma.RunWhereInput> {
  if (/^\d{1,9}$/.test(text)) return { id: Number(text) };
  const services = await db().service.findMany({
    where: { name: { startsWith: text } },
    select: { id: true },
    take: 100,
  });
  return { serviceId: { in: services.map((service) => service.id) } };
}

/** Runs, newest first, a page at a time. */
export async function listRuns(
  actor: Actor,
  filter: RunFilter = {},
): Promise<{ runs: RunSummary[]; next: number | null }> {
  authorize(actor, "runs.list");
  const limit = Math.min(filter.limit ?? 50, 200);
  const search = filter.search?.trim().toLowerCase();
  const rows = await db().run.findMany({
    where: {
      ...(search ? { AND: [await buildSearch(search)] } : {}),
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
