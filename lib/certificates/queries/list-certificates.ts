import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import type { CertificateFilter } from "../constants.ts";
import type { CertificatePage } from "../types.ts";
import { summarize } from "./summarize.ts";
import { SUMMARY, type SummaryRow, visibleTo } from "./visible.ts";

export interface CertificateListFilter {
  /** A part of a name, of the service's name, or of the serial number. */
  q?: string | undefined;
  /** Only what is the reader's own, or their services'. */
  mine?: boolean | undefined;
  /** A service's name. */
  service?: string | undefined;
  state?: CertificateFilter | undefined;
  /** Ends within so many days, or has ended. */
  expiring?: number | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 200;
/** In a cursor: a row without an end, which comes before those with one. */
const NO_END = "-";

function narrowState(state: CertificateFilter | undefined): Prisma.CertificateWhereInput {
  if (state === "failing") return { state: "issued", renewalError: { not: null } };
  return { state: state ?? { not: "revoked" } };
}

function narrow(actor: Actor, filter: CertificateListFilter, now: number): Prisma.CertificateWhereInput {
  const { q, mine, service, expiring } = filter;
  const text = q?.trim();
  return {
    AND: [
      visibleTo(actor),
      narrowState(filter.state),
      ...(mine && actor.kind === "user"
        ? [{ OR: [{ serviceId: null, ownerId: actor.id }, { service: { ownerId: actor.id } }] }]
        : []),
      ...(service ? [{ service: { name: service } }] : []),
      ...(expiring === undefined ? [] : [{ state: "issued", notAfter: { lt: new Date(now + expiring * DAY_MS) } }]),
      ...(text
        ? [
            {
              OR: [
                { names: { contains: text.toLowerCase() } },
                { serial: { startsWith: text.replaceAll(":", "").toUpperCase() } },
                { service: { name: { contains: text.toLowerCase() } } },
              ],
            },
          ]
        : []),
    ],
  };
}

/** Where a page begins: after the last row of the one before. Rows without an end come first. */
function startAfter(cursor: string): Prisma.CertificateWhereInput {
  const [end = "", id = ""] = cursor.split("~");
  if (end === NO_END) return { OR: [{ notAfter: null, id: { gt: id } }, { notAfter: { not: null } }] };
  const notAfter = new Date(end);
  if (Number.isNaN(notAfter.getTime())) throw invalid({ after: "This is not the end of a page." });
  return { OR: [{ notAfter: { gt: notAfter } }, { notAfter, id: { gt: id } }] };
}

const cursorOf = (row: SummaryRow) => `${row.notAfter?.toISOString() ?? NO_END}~${row.id}`;

/** Certificates the reader may see, those that end first in front, a page at a time, found by key. */
export async function listCertificates(actor: Actor, filter: CertificateListFilter = {}): Promise<CertificatePage> {
  authorize(actor, "certificates.read");
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, LIMIT_MAX);
  const where = narrow(actor, filter, Date.now());
  const [rows, total] = await Promise.all([
    db().certificate.findMany({
      where: filter.after === undefined ? where : { AND: [where, startAfter(filter.after)] },
      orderBy: [{ notAfter: "asc" }, { id: "asc" }],
      take: limit + 1,
      select: SUMMARY,
    }),
    db().certificate.count({ where }),
  ]);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: await summarize(db(), page), next: last ? cursorOf(last) : null, total };
}
