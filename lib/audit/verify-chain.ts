import { sql } from "#lib/platform/db/sql.ts";
import { EVENT_COLUMNS, GENESIS, linkHash, type SealedFields, sameBytes } from "./chain.ts";

const BATCH = 1_000;

export interface ChainReport {
  ok: boolean;
  checked: number;
  /** Where the chain breaks: the place, and what is wrong there. */
  broken?: { seq: number; reason: string };
  /** The last link, to be kept outside: a chain that is cut short ends at another one. */
  head: { seq: number; hash: string } | null;
}

type Row = SealedFields & { seq: number; prevHash: Uint8Array; hash: Uint8Array };

/** Computes every link again, from the first, and says where one does not fit. */
export async function verifyChain(): Promise<ChainReport> {
  let seq = 0;
  let prevHash: Uint8Array = GENESIS;
  for (;;) {
    const rows = await sql.rows<Row>(
      `SELECT ${EVENT_COLUMNS}, seq, prevHash, hash FROM AuditEvent WHERE seq > ? ORDER BY seq LIMIT ?`,
      [seq, BATCH],
    );
    for (const row of rows) {
      const reason = findFault(row, seq + 1, prevHash);
      if (reason) return { ok: false, checked: seq, broken: { seq: row.seq, reason }, head: null };
      seq = row.seq;
      prevHash = row.hash;
    }
    if (rows.length < BATCH) {
      const head = seq === 0 ? null : { seq, hash: Buffer.from(prevHash).toString("hex") };
      return { ok: true, checked: seq, head };
    }
  }
}

function findFault(row: Row, seq: number, prevHash: Uint8Array): string | undefined {
  if (row.seq !== seq) return `Event ${seq} is missing.`;
  if (!sameBytes(row.prevHash, prevHash)) return "It does not name the event before it.";
  if (!sameBytes(row.hash, linkHash(prevHash, seq, row))) return "It was changed after it had been sealed.";
  return undefined;
}
