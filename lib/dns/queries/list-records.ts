import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, Prisma } from "#lib/platform/db/client.ts";
import type { RecordState } from "../constants.ts";
import type { RecordPage } from "../types.ts";
import { RECORD_ROW, toRecordView } from "./record-row.ts";

export interface RecordFilter {
  /** A part of a name, a value or a description. */
  q?: string | undefined;
  /** A zone's name. */
  zone?: string | undefined;
  /** `active`: every state but removed, which is also the default. */
  state?: RecordState | "active" | undefined;
  type?: string | undefined;
  /** Only the reader's own, and those of services they own. */
  mine?: boolean | undefined;
  /** A service's name. */
  service?: string | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;
const MATCHES_MAX = 5_000;

/** Ids of records with the text in their name, values or description, whatever the case. */
async function findByText(text: string): Promise<string[]> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db().$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT id FROM DnsRecord
     WHERE name LIKE ${pattern} OR LOWER(\`values\`) LIKE ${pattern} OR LOWER(description) LIKE ${pattern}
     LIMIT ${MATCHES_MAX}`);
  return rows.map((row) => row.id);
}

/** Records of somebody: under their name, or a service's of theirs. */
const ownedBy = (userId: string): Prisma.DnsRecordWhereInput => ({
  OR: [{ ownerId: userId }, { service: { ownerId: userId } }],
});

async function buildWhere(actor: Actor, filter: RecordFilter): Promise<Prisma.DnsRecordWhereInput> {
  const { q, zone, state = "active", type, mine, service } = filter;
  const userId = actor.kind === "user" ? actor.id : "";
  const all: Prisma.DnsRecordWhereInput[] = [{ state: state === "active" ? { not: "removed" } : state }];
  // What is gone is no longer public: who might have it back sees it.
  const seesOnlyOwn = state === "removed" && !may(actor, "records.restore").ok;
  if (mine || seesOnlyOwn) all.push(ownedBy(userId));
  if (zone) all.push({ zone: { name: zone } });
  if (type) all.push({ type });
  if (service) all.push({ service: { name: service } });
  const text = q?.trim();
  if (text) all.push({ id: { in: await findByText(text) } });
  return { AND: all };
}

/** A page of records by name, found by key and never by offset. */
export async function listRecords(actor: Actor, filter: RecordFilter = {}): Promise<RecordPage> {
  authorize(actor, "records.list");
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const where = await buildWhere(actor, filter);
  const [name = "", id = ""] = filter.after?.split("~") ?? [];
  const beyond = { OR: [{ name: { gt: name } }, { name, id: { gt: id } }] };
  const [rows, total] = await Promise.all([
    db().dnsRecord.findMany({
      where: filter.after === undefined ? where : { AND: [where, beyond] },
      include: RECORD_ROW,
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: limit + 1,
    }),
    db().dnsRecord.count({ where }),
  ]);
  const now = new Date();
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map((row) => toRecordView(actor, row, now)),
    next: last ? `${last.name}~${last.id}` : null,
    total,
  };
}
