import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import { type Availability, type BackupState, PANEL } from "../constants.ts";
import type { BackupListPage } from "../types.ts";
import { BACKUP_ROW, type BackupRow, findRuns, toBackupView } from "./backup-view.ts";

export interface BackupFilter {
  /** A service's name; `_panel` for the panel's own. */
  service?: string | undefined;
  policyId?: string | undefined;
  targetId?: string | undefined;
  state?: BackupState | undefined;
  availability?: Exclude<Availability, "none"> | undefined;
  /** A part of a service's name. */
  q?: string | undefined;
  /** `next` of the page before. */
  cursor?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;
const SERVICES_MAX = 200;
const STORED = ["stored", "verified"];

/** Services are found first, by name, so that the backups are found by their index. */
async function narrowService({ service, q }: BackupFilter): Promise<Prisma.BackupWhereInput[]> {
  const text = q?.trim().toLowerCase();
  const found: Prisma.BackupWhereInput[] = [];
  if (service === PANEL) found.push({ serviceId: null });
  else if (service !== undefined) {
    const row = await db().service.findUnique({ where: { name: service }, select: { id: true } });
    found.push({ serviceId: { in: row ? [row.id] : [] } });
  }
  if (text) {
    const rows = await db().service.findMany({
      where: { name: { contains: text } },
      orderBy: { name: "asc" },
      select: { id: true },
      take: SERVICES_MAX,
    });
    const ofServices = { serviceId: { in: rows.map((row) => row.id) } };
    found.push("the panel itself".includes(text) ? { OR: [ofServices, { serviceId: null }] } : ofServices);
  }
  return found;
}

function narrowAvailability(availability: BackupFilter["availability"]): Prisma.BackupWhereInput[] {
  if (availability === "removed") return [{ removedAt: { not: null } }];
  if (availability === "missing") return [{ missingAt: { not: null }, removedAt: null }];
  if (availability === "available") return [{ missingAt: null, removedAt: null, state: { in: STORED } }];
  return [];
}

/** Where a page begins: after the last row of the one before. */
function startAfter(cursor: string): Prisma.BackupWhereInput {
  const [time = "", id = ""] = cursor.split("~");
  const startedAt = new Date(time);
  if (Number.isNaN(startedAt.getTime())) throw invalid({ cursor: "This is not the end of a page." });
  // Said twice, so that the index is entered at the moment and not searched through.
  return { startedAt: { lte: startedAt }, OR: [{ startedAt: { lt: startedAt } }, { id: { lt: id } }] };
}

/** How many tables each has: counted where the manifests are, which may be long. */
async function countTables(ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db().$queryRaw<{ id: string; tables: bigint | null }[]>`
    SELECT id, JSON_LENGTH(manifest, '$.counts') AS tables FROM Backup WHERE id IN (${Prisma.join(ids)})`;
  return new Map(rows.flatMap((row) => (row.tables === null ? [] : [[row.id, Number(row.tables)]])));
}

/** Lines of a list for rows of the database. */
async function toViews(rows: BackupRow[]): Promise<BackupListPage["rows"]> {
  const [runs, tables] = await Promise.all([
    findRuns(
      db(),
      rows.map((row) => row.stepId),
    ),
    countTables(rows.map((row) => row.id)),
  ]);
  return rows.map((row) =>
    toBackupView(row, { runId: runs.get(row.stepId) ?? null, tables: tables.get(row.id) ?? null }),
  );
}

/** Runs of backups, newest first, a page at a time, found by key. */
export async function listBackups(actor: Actor, filter: BackupFilter = {}): Promise<BackupListPage> {
  authorize(actor, "backups.read");
  const { policyId, targetId, state, cursor } = filter;
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const rows = await db().backup.findMany({
    where: {
      AND: [
        ...(await narrowService(filter)),
        ...narrowAvailability(filter.availability),
        ...(policyId ? [{ policyId }] : []),
        ...(targetId ? [{ targetId }] : []),
        ...(state ? [{ state }] : []),
        ...(cursor === undefined ? [] : [startAfter(cursor)]),
      ],
    },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: BACKUP_ROW,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { rows: await toViews(page), next: last ? `${last.startedAt.toISOString()}~${last.id}` : null };
}
