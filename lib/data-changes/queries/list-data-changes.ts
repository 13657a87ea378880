import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { listDatabases } from "#lib/databases/queries/find-database.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { CLOSED_STATES, type DataChangeState } from "../constants.ts";
import type { ListQuery } from "../schema/input.ts";
import type { DataChangeChoices, DataChangePage } from "../types.ts";
import { LISTED, toListRow, WAITS_FOR } from "./data-change-view.ts";

const DEFAULT_LIMIT = 50;

/** Data changes, the newest first, a page at a time. */
export async function listDataChanges(actor: Actor, query: ListQuery = {}): Promise<DataChangePage> {
  authorize(actor, "dataChanges.read");
  const { service, filter, q, cursor, limit = DEFAULT_LIMIT } = query;
  const closed = [...CLOSED_STATES];
  const where: Prisma.DataChangeWhereInput[] = [
    service ? { service: { name: service } } : {},
    filter === "waiting" ? { state: { in: Object.keys(WAITS_FOR) } } : {},
    filter === "open" ? { state: { notIn: closed } } : {},
    filter === "closed" ? { state: { in: closed } } : {},
    q ? { OR: [{ title: { contains: q } }, { service: { name: { contains: q } } }] } : {},
    readCursor(cursor),
  ];
  const rows = await db().dataChange.findMany({
    where: { AND: where },
    select: LISTED,
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const now = new Date();
  const listed = page.map((row) => toListRow({ ...row, state: row.state as DataChangeState }, actor, now));
  return {
    rows: filter === "waiting" ? listed.filter(({ waitsForMe }) => waitsForMe) : listed,
    next: rows.length > limit && last ? `${last.createdAt.toISOString()}_${last.id}` : null,
  };
}

function readCursor(cursor: string | undefined): Prisma.DataChangeWhereInput {
  const [at = "", id = ""] = cursor?.split("_") ?? [];
  const createdAt = new Date(at);
  if (Number.isNaN(createdAt.getTime())) return {};
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

/** Databases somebody may write a data change for. */
export async function listChoices(actor: Actor): Promise<DataChangeChoices> {
  authorize(actor, "dataChanges.write");
  const databases = await listDatabases();
  return {
    databases: databases.map(({ policy, source }) => ({
      ...{ service: policy.service?.name ?? "", environment: policy.environment },
      ...{ engine: source.kind, database: source.databaseName },
    })),
  };
}
