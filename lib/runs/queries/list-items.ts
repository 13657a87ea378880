import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import type { ItemViewName } from "../constants.ts";
import { mayConfirm } from "../may-confirm.ts";
import type { OpenItem, OpenItemPage } from "../schema.ts";
import { whereFor, whereOpen } from "./item-filter.ts";
import { toIso } from "./run-summary.ts";

interface ItemFilter {
  view?: ItemViewName | undefined;
  /** The beginning of a service's name, or words of the item's title. */
  search?: string | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const ROW = {
  id: true,
  key: true,
  title: true,
  state: true,
  role: true,
  readyAt: true,
  dueBy: true,
  estimateMin: true,
  confirmById: true,
  claimedById: true,
  run: { select: { id: true, title: true, environment: true, service: { select: { name: true } } } },
} as const satisfies Prisma.StepSelect;

type Row = Prisma.StepGetPayload<{ select: typeof ROW }>;

/** Where a page ended: when its last item is due, or that it has no such day, and its number. */
function readCursor(after: string | undefined): { dueBy: Date | null; id: number } | null {
  const found = /^(\d{1,15}|none)\.(\d{1,10})$/.exec(after ?? "");
  if (!found) return null;
  return { dueBy: found[1] === "none" ? null : new Date(Number(found[1])), id: Number(found[2]) };
}

const writeCursor = ({ dueBy, id }: Row) => `${dueBy ? dueBy.getTime() : "none"}.${id}`;

/** The soonest due first, then those without a day, the oldest first: each part by an index of its own. */
async function readRows(where: Prisma.StepWhereInput, after: string | undefined, take: number): Promise<Row[]> {
  const cursor = readCursor(after);
  const read = (more: Prisma.StepWhereInput, count: number, orderBy: Prisma.StepOrderByWithRelationInput[]) =>
    db().step.findMany({ where: { AND: [where, more] }, orderBy, take: count, select: ROW });
  const dated =
    cursor && cursor.dueBy === null
      ? []
      : await read(
          cursor?.dueBy
            ? { OR: [{ dueBy: { gt: cursor.dueBy } }, { dueBy: cursor.dueBy, id: { gt: cursor.id } }] }
            : { dueBy: { not: null } },
          take,
          [{ dueBy: "asc" }, { id: "asc" }],
        );
  if (dated.length >= take) return dated;
  const behind = cursor && cursor.dueBy === null ? { id: { gt: cursor.id } } : {};
  return [...dated, ...(await read({ dueBy: null, ...behind }, take - dated.length, [{ id: "asc" }]))];
}

function toOpenItem(actor: UserActor, row: Row, names: ReadonlyMap<string, string>): OpenItem {
  const person = (id: string | null) => (id ? { id, name: names.get(id) ?? "" } : null);
  return {
    stepId: row.id,
    stepKey: row.key,
    title: row.title,
    role: row.role,
    readyAt: toIso(row.readyAt),
    dueBy: toIso(row.dueBy),
    estimateMin: row.estimateMin,
    isReopened: row.state === "skipped",
    confirmBy: person(row.confirmById),
    claimedBy: person(row.claimedById),
    mayConfirm: mayConfirm(actor, row),
    run: { id: row.run.id, title: row.run.title },
    service: row.run.service?.name ?? null,
    environment: row.run.environment,
  };
}

/** Items that wait for people, a page at a time. */
export async function listItems(actor: UserActor, filter: ItemFilter = {}): Promise<OpenItemPage> {
  authorize(actor, "items.list");
  const now = new Date();
  const limit = Math.min(filter.limit ?? 50, 200);
  const search = filter.search?.trim().slice(0, 100);
  const view = filter.view ?? "mine";
  const where: Prisma.StepWhereInput = {
    AND: [
      whereOpen(now),
      ...(view === "mine" ? [whereFor(actor)] : []),
      ...(view === "overdue" ? [{ dueBy: { lte: now } }] : []),
      ...(search
        ? [
            {
              OR: [
                { title: { contains: search } },
                { run: { service: { name: { startsWith: search.toLowerCase() } } } },
              ],
            },
          ]
        : []),
    ],
  };
  const rows = await readRows(where, filter.after, limit + 1);
  const shown = rows.slice(0, limit);
  const people = [...new Set(shown.flatMap((row) => [row.claimedById, row.confirmById]))].filter((id) => id !== null);
  const users = await db().user.findMany({ where: { id: { in: people } }, select: { id: true, displayName: true } });
  const names = new Map(users.map((user) => [user.id, user.displayName]));
  const last = shown.at(-1);
  return {
    items: shown.map((row) => toOpenItem(actor, row, names)),
    next: rows.length > limit && last ? writeCursor(last) : null,
  };
}
