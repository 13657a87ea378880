import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import type { CertificateCalendar } from "../types.ts";
import { toSummary } from "./summarize.ts";
import { SUMMARY, visibleTo } from "./visible.ts";

const SHOWN_MAX = 1_000;

/** Issued certificates by the month in which they end (UTC), what has ended apart and in front. */
export async function readCalendar(actor: Actor, now = new Date()): Promise<CertificateCalendar> {
  authorize(actor, "certificates.read");
  const rows = await db().certificate.findMany({
    where: { AND: [visibleTo(actor), { state: "issued", notAfter: { not: null } }] },
    orderBy: [{ notAfter: "asc" }, { id: "asc" }],
    take: SHOWN_MAX + 1,
    select: SUMMARY,
  });
  const overdue: CertificateCalendar["overdue"] = [];
  const months = new Map<string, CertificateCalendar["overdue"]>();
  for (const row of rows.slice(0, SHOWN_MAX)) {
    const entry = toSummary(row, null);
    if (row.notAfter && row.notAfter < now) overdue.push(entry);
    else {
      const month = entry.notAfter?.slice(0, "2027-02".length) ?? "";
      months.set(month, [...(months.get(month) ?? []), entry]);
    }
  }
  return {
    overdue,
    months: [...months].map(([month, certificates]) => ({ month, certificates })),
    isCut: rows.length > SHOWN_MAX,
  };
}
