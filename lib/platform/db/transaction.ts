import { setTimeout as delay } from "node:timers/promises";
import { db, Prisma, type Tx } from "./client.ts";

const MAX_TRIES = 5;
/** MySQL: 1213 deadlock, 1205 lock wait timeout, 1020 record changed; Prisma: P2034 write conflict. */
const CONFLICTS = /\b(1213|1205|1020)\b|Deadlock found|Lock wait timeout|Record has changed/i;

export function isConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2034") return true;
  return error instanceof Error && CONFLICTS.test(error.message);
}

/** True when a unique index refused a row. */
export function isDuplicate(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return true;
  return error instanceof Error && /\b1062\b|Duplicate entry/.test(error.message);
}

/** Runs `work` in one transaction, again as a whole when it met a deadlock. `work` must have no effect outside the database. */
export async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db().$transaction(work, { maxWait: 10_000, timeout: 30_000 });
    } catch (error) {
      if (attempt >= MAX_TRIES || !isConflict(error)) throw error;
      await delay(Math.random() * 20 * 2 ** attempt);
    }
  }
}
