import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import type { ServiceState } from "../constants.ts";
import type { ServicePage } from "../types.ts";
import { SERVICE_ROW, summarizeServices } from "./summarize-services.ts";

export const SERVICE_SORTS = ["name", "-name", "newest", "oldest"] as const;
export type ServiceSort = (typeof SERVICE_SORTS)[number];

export interface ServiceFilter {
  q?: string | undefined;
  state?: ServiceState | undefined;
  /** Only services of the reader. */
  mine?: boolean | undefined;
  sort?: ServiceSort | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;
const MATCHES_MAX = 5000;

/** Ids of services whose name, purpose or a host name has the text in it, whatever the case. */
async function findByText(text: string): Promise<string[]> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT s.id FROM Service s WHERE s.name LIKE ${pattern} OR LOWER(s.purpose) LIKE ${pattern}
    UNION SELECT c.serviceId FROM ServiceClaim c
     WHERE c.kind = 'hostname' AND c.serviceId IS NOT NULL AND c.value LIKE ${pattern}
    LIMIT ${MATCHES_MAX}`;
  return rows.map((row) => row.id);
}

async function buildWhere(actor: Actor, { q, state, mine }: ServiceFilter): Promise<Prisma.ServiceWhereInput> {
  const where: Prisma.ServiceWhereInput = {};
  if (state) where.state = state;
  if (mine && actor.kind === "user") where.ownerId = actor.id;
  const text = q?.trim();
  if (text) where.id = { in: await findByText(text) };
  return where;
}

/** Where a page begins: after the last row of the one before, in the order of the list. */
function startAfter(sort: ServiceSort, after: string): Prisma.ServiceWhereInput {
  if (sort === "name") return { name: { gt: after } };
  if (sort === "-name") return { name: { lt: after } };
  const [time = "", name = ""] = after.split("~");
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime())) throw invalid({ after: "This is not the end of a page." });
  const beyond = sort === "newest" ? { lt: createdAt } : { gt: createdAt };
  return { OR: [{ createdAt: beyond }, { createdAt, name: { gt: name } }] };
}

const ORDER: Record<ServiceSort, Prisma.ServiceOrderByWithRelationInput[]> = {
  name: [{ name: "asc" }],
  "-name": [{ name: "desc" }],
  newest: [{ createdAt: "desc" }, { name: "asc" }],
  oldest: [{ createdAt: "asc" }, { name: "asc" }],
};

/** A page of services, found by key and never by offset. */
export async function listServices(actor: Actor, filter: ServiceFilter = {}): Promise<ServicePage> {
  authorize(actor, "services.list");
  const { sort = "name", after } = filter;
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const where = await buildWhere(actor, filter);
  const [rows, total] = await Promise.all([
    db().service.findMany({
      where: after === undefined ? where : { AND: [where, startAfter(sort, after)] },
      orderBy: ORDER[sort],
      take: limit + 1,
      select: SERVICE_ROW,
    }),
    db().service.count({ where }),
  ]);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const isByName = sort === "name" || sort === "-name";
  return {
    items: await summarizeServices(db(), page),
    next: last ? (isByName ? last.name : `${last.createdAt.toISOString()}~${last.name}`) : null,
    total,
  };
}
