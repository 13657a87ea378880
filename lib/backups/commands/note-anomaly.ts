import type { Tx } from "#lib/platform/db/client.ts";
import { formatBytes, formatCount } from "#lib/platform/format.ts";

/** So many good ones before it say what is usual, when there are at least a few. */
const LOOKED_AT = 10;
const NEEDED = 3;
/** A tiny thing doubles easily. */
const TINY_BYTES = 64 * 1024;
const TINY_ROWS = 100;

interface Figures {
  sizeBytes: bigint | null;
  totalRows: bigint | null;
}

function findMedian(values: readonly (bigint | null)[]): number | null {
  const numbers = values.flatMap((value) => (value === null ? [] : Number(value))).sort((a, b) => a - b);
  if (numbers.length < NEEDED) return null;
  const middle = Math.floor(numbers.length / 2);
  const upper = numbers[middle] ?? 0;
  return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? 0) + upper) / 2;
}

function compare(what: string, value: number, usual: number, tiny: number, format: (value: number) => string) {
  if (Math.max(value, usual) < tiny) return null;
  if (value >= usual / 2 && value <= usual * 2) return null;
  return `${what}: ${format(value)}, ${value < usual ? "less than half" : "more than double"} of the usual ${format(usual)}`;
}

/** What is odd about a backup compared with the good ones before it, in words; null: nothing. */
export function findAnomaly(backup: Figures, before: readonly Figures[]): string | null {
  const size = findMedian(before.map((one) => one.sizeBytes));
  const rows = findMedian(before.map((one) => one.totalRows));
  const count = (value: number) => formatCount(Math.round(value));
  const words = [
    size === null || backup.sizeBytes === null
      ? null
      : compare("size", Number(backup.sizeBytes), size, TINY_BYTES, formatBytes),
    rows === null || backup.totalRows === null
      ? null
      : compare("rows", Number(backup.totalRows), rows, TINY_ROWS, count),
  ].filter((one) => one !== null);
  return words.length > 0 ? words.join("; ").slice(0, 300) : null;
}

/** Compares a stored backup with those before it and keeps what is odd in its row. Returns the words. */
export async function noteAnomaly(
  tx: Tx,
  backup: Figures & { id: string; policyId: string; startedAt: Date },
): Promise<string | null> {
  const before = await tx.backup.findMany({
    where: {
      ...{ policyId: backup.policyId, state: { in: ["stored", "verified"] } },
      ...{ startedAt: { lt: backup.startedAt }, id: { not: backup.id } },
    },
    orderBy: { startedAt: "desc" },
    take: LOOKED_AT,
    select: { sizeBytes: true, totalRows: true },
  });
  const anomaly = findAnomaly(backup, before);
  await tx.backup.update({ where: { id: backup.id }, data: { anomaly } });
  return anomaly;
}
