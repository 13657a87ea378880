import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { listDatabases } from "#lib/databases/queries/find-database.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { CLOSED_STATES, type DataChangeState } from "../constants.ts";
import type { ListQuery } from "../schema/input.ts";
import type { DataChangeChoices, DataChangeListRow, DataChangePage } from "../types.ts";
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
  ];
  // Whom one waits for is not in its row, so others' are read and left out until the page is full: none is hidden behind theirs.
  const isShown = (row: DataChangeListRow) => filter !== "waiting" || row.waitsForMe;
  const now = new Date();
  const shown: DataChangeListRow[] = [];
  let from = cursor;
  let isMore = true;
  while (isMore && shown.length <= limit) {
    const rows = await db().dataChange.findMany({
      where: { AND: [...where, readCursor(from)] },
      select: LISTED,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: limit + 1,
    });
    isMore = rows.length > limit;
    from = toCursor(rows.at(-1));
    const listed = rows.map((row) => toListRow({ ...row, state: row.state as DataChangeState }, actor, now));
    shown.push(...listed.filter(isShown));
  }
  const page = shown.slice(0, limit);
  return { rows: page, next: shown.length > limit ? (toCursor(page.at(-1)) ?? null) : null };
}

const toCursor = (row?: { createdAt: Date | string; id: string }) =>
  row && `${new Date(row.createdAt).toISOString()}_${row.id}`;

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
