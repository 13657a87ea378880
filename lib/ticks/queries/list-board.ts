import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import type { BoardFilter, BoardSort } from "../constants.ts";
import type { BoardPage } from "../types.ts";
import { readOpenTicks, readScore } from "./read-score.ts";

interface BoardQuery {
  /** A part of the service's name. */
  q?: string | undefined;
  filter?: BoardFilter | undefined;
  sort?: BoardSort | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 25;
const LIMIT_MAX = 100;
/** Open ticks that a row names; the rest is a number. */
const NAMED = 3;

function toWhere(actor: Actor, { q, filter }: BoardQuery): Prisma.ServiceWhereInput {
  const text = q?.trim().toLowerCase();
  return {
    state: "live",
    ...(filter === "open" ? { ticksOpen: { gt: 0 } } : {}),
    ...(filter === "mine" && actor.kind === "user" ? { ownerId: actor.id } : {}),
    ...(text ? { name: { contains: text } } : {}),
  };
}

/** Where a page begins: after the last row of the one before, in the order of the board. */
function startAfter(sort: BoardSort, after: string): Prisma.ServiceWhereInput {
  const [count = "", name = ""] = after.split("~");
  const open = Number(count);
  if (name === "" || !Number.isInteger(open)) throw invalid({ after: "This is not the end of a page." });
  if (sort === "name") return { name: { gt: name } };
  return { ticksOpen: { lte: open }, OR: [{ ticksOpen: { lt: open } }, { name: { gt: name } }] };
}

const ORDER: Record<BoardSort, Prisma.ServiceOrderByWithRelationInput[]> = {
  worst: [{ ticksOpen: "desc" }, { name: "asc" }],
  name: [{ name: "asc" }],
};

/** Live services by how much of their checklists is still so, a page at a time, from counters that are kept. */
export async function listBoard(actor: Actor, query: BoardQuery = {}): Promise<BoardPage> {
  authorize(actor, "services.list");
  const { sort = "worst", after } = query;
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const where = toWhere(actor, query);
  const isWhole = query.filter === undefined && !query.q?.trim();
  const [rows, score, matching] = await Promise.all([
    db().service.findMany({
      where: after === undefined ? where : { AND: [where, startAfter(sort, after)] },
      orderBy: ORDER[sort],
      take: limit + 1,
      select: {
        ...{ id: true, name: true, ticksTotal: true, ticksTrue: true, ticksOpen: true, ticksCheckedAt: true },
        owner: { select: { id: true, displayName: true } },
      },
    }),
    readScore(db()),
    isWhole ? null : db().service.count({ where }),
  ]);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const open = await readOpenTicks(
    db(),
    page.flatMap((row) => (row.ticksOpen > 0 ? row.id : [])),
    NAMED,
  );
  const openOf = Map.groupBy(open, (tick) => tick.serviceId);
  return {
    items: page.map((row) => ({
      ...{ id: row.id, name: row.name, owner: { id: row.owner.id, name: row.owner.displayName } },
      ...{ total: row.ticksTotal, right: row.ticksTrue, open: row.ticksOpen },
      checkedAt: row.ticksCheckedAt?.toISOString() ?? null,
      openTicks: (openOf.get(row.id) ?? []).map(({ serviceId: _, since, ...tick }) => ({
        ...tick,
        since: since.toISOString(),
      })),
    })),
    next: last ? `${last.ticksOpen}~${last.name}` : null,
    total: matching ?? score.services,
    score,
  };
}
