import { db, type Tx } from "./client.ts";

/** The time on the database's clock, which all share: that of one worker's machine may be wrong for a while. */
export async function readClock(tx: Tx = db()): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`SELECT UTC_TIMESTAMP(3) AS at`;
  if (!row) throw new Error("The database does not say what time it is.");
  return row.at;
}
