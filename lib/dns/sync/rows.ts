import type { RecordContent } from "#lib/integrations/route53/records.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { type Observed, outcomesOf, readContent, readObserved, readSent, readStanding, type Sent } from "./content.ts";
import type { DesiredRow, PlannedSet } from "./plan-types.ts";

const COLUMNS = {
  ...{ id: true, name: true, type: true, ttl: true, values: true, state: true, version: true, applied: true },
  ...{ sent: true, overwrite: true, observed: true, changeId: true, error: true, removedAt: true },
} satisfies Prisma.DnsRecordSelect;

type Stored = Prisma.DnsRecordGetPayload<{ select: typeof COLUMNS }>;

export function toDesiredRow(row: Stored): DesiredRow {
  const { id, name, type, state, version, changeId, error } = row;
  return {
    ...{ id, name, type, state, version, changeId, error },
    leaving: state === "removing" || (state === "error" && row.removedAt !== null),
    wanted: { ttl: row.ttl, values: Array.isArray(row.values) ? row.values.map(String) : [] },
    applied: readContent(row.applied),
    sent: readSent(row.sent),
    overwrite: readStanding(row.overwrite),
    observed: readObserved(row.observed),
  };
}

/** The rows of a zone that are not removed: all, those at these names, or those that wait. One read. */
export async function readRows(
  zoneId: string,
  which: { names?: readonly string[]; waiting?: true } = {},
): Promise<DesiredRow[]> {
  const rows = await db().dnsRecord.findMany({
    where: {
      zoneId,
      state: which.waiting ? { in: ["pending", "removing"] } : { not: "removed" },
      ...(which.names ? { name: { in: [...which.names] } } : {}),
    },
    select: COLUMNS,
  });
  // Not by MySQL: the order is part of the plan's identity, and a filesort of thousands is slower than this.
  return rows
    .map(toDesiredRow)
    .sort((a, b) => (a.name === b.name ? (a.type < b.type ? -1 : 1) : a.name < b.name ? -1 : 1));
}

/** What a pass found out about a row. */
export interface RowNote {
  row: DesiredRow;
  /** Only when nobody changed the row meanwhile. */
  state: "pending" | "in_sync" | "error" | "drift" | "removed" | "removing";
  applied: RecordContent | null;
  sent: Sent | null;
  observed?: Observed | null;
  overwrite?: "keep";
  changeId?: string | null;
  error?: string | null;
}

const CHUNK = 200;
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** One statement for many rows: a derived table of the new values, joined by id. */
async function updateMany(tx: Tx, columns: readonly string[], rows: readonly unknown[][], set: string): Promise<void> {
  for (let at = 0; at < rows.length; at += CHUNK) {
    const chunk = rows.slice(at, at + CHUNK);
    const first = `SELECT ${columns.map((column) => `? AS ${column}`).join(", ")}`;
    const next = ` UNION ALL SELECT ${columns.map(() => "?").join(", ")}`;
    await sqlOf(tx).run(
      `UPDATE DnsRecord r JOIN (${first}${next.repeat(chunk.length - 1)}) n ON n.id = r.id SET ${set}`,
      chunk.flat(),
    );
  }
}

/** Before a batch leaves: what it would leave behind at each row's place, beside what earlier ones might have. */
export async function noteSent(tx: Tx, changes: readonly PlannedSet[]): Promise<void> {
  const rows = changes.map(({ row, after }) => [row.id, JSON.stringify(nextSent(row, after))]);
  await updateMany(tx, ["id", "sent"], rows, "r.sent = n.sent");
}

/** Whether the row says already what this change would leave. */
export const isSentNoted = (row: DesiredRow, after: RecordContent | undefined): boolean =>
  JSON.stringify(row.sent) === JSON.stringify(nextSent(row, after));

export function nextSent(row: DesiredRow, after: RecordContent | undefined): Sent {
  const last = after ?? { absent: true as const };
  const text = JSON.stringify(last);
  const earlier = outcomesOf(row.sent).filter((one) => JSON.stringify(one) !== text);
  return earlier.length > 0 ? { ...last, earlier: earlier.slice(0, 5) } : last;
}

/**
 * What is applied is so whatever a person wants by now; the rest is noted only of the row as it was read. MySQL takes no text for a
 * JSON column where the same expression may also be that column, which is no text to it.
 */
const NOTE = `r.applied = n.applied, r.sent = n.sent,
  r.observed = IF(r.version = n.version, n.observed, CAST(r.observed AS CHAR)),
  r.overwrite = IF(r.version = n.version AND n.keep = 0, NULL, r.overwrite),
  r.error = IF(r.version = n.version, n.error, r.error),
  r.changeId = IF(r.version = n.version, n.changeId, r.changeId),
  r.syncedAt = IF(n.state = 'in_sync', UTC_TIMESTAMP(3), r.syncedAt),
  r.removedAt = IF(r.version = n.version AND n.state = 'removed', COALESCE(r.removedAt, UTC_TIMESTAMP(3)), r.removedAt),
  r.state = IF(r.version = n.version, n.state, r.state)`;

export async function noteRows(tx: Tx, notes: readonly RowNote[]): Promise<void> {
  const rows = notes.map(({ row, state, applied, sent, observed, overwrite, changeId, error }) => [
    ...[row.id, row.version, state, json(applied), json(sent), json(observed), overwrite === "keep" ? 1 : 0],
    ...[changeId === undefined ? row.changeId : changeId, error ?? null],
  ]);
  const columns = ["id", "version", "state", "applied", "sent", "observed", "keep", "changeId", "error"];
  await updateMany(tx, columns, rows, NOTE);
}

/** Route 53 has spread these rows' changes. */
export async function noteSpread(tx: Tx, rows: readonly DesiredRow[]): Promise<void> {
  await updateMany(
    tx,
    ["id", "version"],
    rows.map(({ id, version }) => [id, version]),
    `r.syncedAt = UTC_TIMESTAMP(3),
     r.removedAt = IF(r.version = n.version AND r.state = 'removing', COALESCE(r.removedAt, UTC_TIMESTAMP(3)), r.removedAt),
     r.state = IF(r.version = n.version, CASE r.state WHEN 'pending' THEN 'in_sync' WHEN 'removing' THEN 'removed'
       ELSE r.state END, r.state)`,
  );
}
