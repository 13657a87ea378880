import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { chooseRenewalTime } from "./choose-renewal-time.ts";
import { startRenewal } from "./start-renewal.ts";

const RENEWALS: Actor = { kind: "system", name: "renewals", requestId: "renewals" };
const BATCH = 50;
/** A renewal under way is looked at again after this; how it ends sets the real time. */
const UNDER_WAY_MS = 15 * 60_000;

/** Gives certificates that were issued before the panel renewed by itself what renewing needs. */
async function fillIn(now: Date): Promise<void> {
  const rows = await db().certificate.findMany({
    where: { state: "issued", renewAt: null, notBefore: { not: null }, notAfter: { not: null } },
    select: {
      ...{ id: true, notBefore: true, notAfter: true, currentOrderId: true },
      orders: { where: { state: "valid" }, orderBy: { createdAt: "desc" }, take: 1, select: { id: true } },
    },
    take: BATCH,
  });
  for (const { id, notBefore, notAfter, currentOrderId, orders } of rows) {
    if (!notBefore || !notAfter) continue;
    await db().certificate.updateMany({
      where: { id, state: "issued", renewAt: null },
      data: {
        renewAt: chooseRenewalTime({ notBefore, notAfter }),
        currentOrderId: currentOrderId ?? orders[0]?.id ?? null,
        ariCheckAt: now,
      },
    });
  }
}

/** Starts the renewal of one certificate unless another worker just did. */
async function renewOne(id: string, renewAt: Date, now: Date): Promise<number | null> {
  const run = await transaction(async (tx) => {
    const mine = await tx.certificate.updateMany({
      where: { id, renewAt, state: "issued" },
      data: { renewAt: new Date(now.getTime() + UNDER_WAY_MS) },
    });
    return mine.count === 0 ? null : startRenewal(tx, RENEWALS, id);
  });
  if (!run?.created) return null;
  await ringRun(run.runId);
  return run.runId;
}

/** Starts every renewal that is due, each once however many workers look. Returns the runs that this one started. */
export async function renewDue(now: Date = new Date()): Promise<number[]> {
  await fillIn(now);
  const due = await db().certificate.findMany({
    where: { state: "issued", autoRenew: true, renewAt: { lte: now } },
    select: { id: true, renewAt: true },
    orderBy: { renewAt: "asc" },
    take: BATCH,
  });
  const started: number[] = [];
  for (const { id, renewAt } of due) {
    if (!renewAt) continue;
    try {
      const runId = await renewOne(id, renewAt, now);
      if (runId !== null) started.push(runId);
    } catch (error) {
      // The others shall not wait for this one.
      logger.warn({ certificateId: id, error: toAppError(error).message }, "renewal not started");
    }
  }
  return started;
}
