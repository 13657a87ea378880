import type { Actor } from "#lib/access/types.ts";
import { recordAudits } from "#lib/audit/record.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db, type Prisma, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { plural } from "#lib/platform/format.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { RECORD_SUBJECT } from "../queries/get-record.ts";
import { readValues } from "../queries/record-row.ts";
import { ASKED_AGAIN, lockOwner, lockZone } from "./lock-rows.ts";
import { requestSync } from "./request-sync.ts";

const SWEEPER: Actor = { kind: "system", name: "record ends", requestId: "record-ends" };
const DAY_MS = 86_400_000;
/** Days before the end on which its owner is reminded, the nearest first. */
const REMINDERS = [1, 7, 30] as const;
/** Of one owner in one sweep; the next sweep takes the rest. */
const BATCH = 200;
const PURGE_BATCH = 1_000;
const THERE = ["pending", "in_sync", "error", "drift"];

export interface Swept {
  expired: number;
  reminded: number;
  purged: number;
}

const inDays = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

/** A mail run of its own for one owner, in the transaction that notes it: it is there exactly when the note is. */
async function createMail(
  tx: Tx,
  mail: { template: string; toUserId: string; recordIds: string[] },
  { title, sign }: { title: string; sign: string },
): Promise<number> {
  const { runId } = await createRun(tx, SWEEPER, {
    mode: "apply",
    checklist: { key: NOTICE.key, version: NOTICE.version },
    title,
    serviceId: null,
    environment: null,
    startKey: `${mail.template}:${mail.toUserId}:${Buffer.from(sha256(sign)).toString("hex").slice(0, 32)}`,
    steps: compileChecklist(NOTICE, { title, mail }),
  });
  return runId;
}

/** Ends that are so near that the reminder for it has not been sent yet. */
const isDue = (now: Date): Prisma.DnsRecordWhereInput => ({
  state: { in: THERE },
  expiresAt: { gt: now },
  OR: REMINDERS.map((days) => ({
    expiresAt: { lte: inDays(now, days) },
    OR: [{ remindedDays: null }, { remindedDays: { gt: days } }],
  })),
});

/** The nearest reminder that is due for this end. */
const reminderFor = (expiresAt: Date, now: Date) =>
  REMINDERS.find((days) => expiresAt <= inDays(now, days)) ?? REMINDERS[2];

async function findOwners(where: Prisma.DnsRecordWhereInput): Promise<string[]> {
  const rows = await db().dnsRecord.groupBy({ by: ["ownerId"], where: { ...where, ownerId: { not: null } } });
  return rows.flatMap(({ ownerId }) => ownerId ?? []);
}

/** One mail to one owner about all records whose reminder is due. Who holds the owner's row reminds; who waits for it finds nothing. */
async function remindOwner(ownerId: string, now: Date): Promise<number> {
  const sent = await transaction(async (tx) => {
    await lockOwner(tx, { ownerId });
    const rows = await tx.dnsRecord.findMany({
      where: { ...isDue(now), ownerId },
      select: { id: true, expiresAt: true },
      orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
      take: BATCH,
    });
    const due = rows.flatMap(({ id, expiresAt }) =>
      expiresAt ? [{ id, expiresAt, days: reminderFor(expiresAt, now) }] : [],
    );
    if (due.length === 0) return null;
    for (const days of REMINDERS) {
      const ids = due.filter((one) => one.days === days).map(({ id }) => id);
      if (ids.length > 0) await tx.dnsRecord.updateMany({ where: { id: { in: ids } }, data: { remindedDays: days } });
    }
    const mail = { template: "records-expiring", toUserId: ownerId, recordIds: due.map(({ id }) => id) };
    const sign = due.map(({ id, expiresAt, days }) => `${id} ${expiresAt.toISOString()} ${days}`).join("\n");
    const runId = await createMail(tx, mail, { title: `Remind of ${plural(due.length, "record")} that end`, sign });
    return { runId, count: due.length };
  });
  if (sent) await ringRun(sent.runId);
  return sent?.count ?? 0;
}

/** What stands there instead by another's hand is not taken out because a record of ours has ended. */
const isEnded = (now: Date): Prisma.DnsRecordWhereInput => ({
  // One whose removal Route 53 refused has been told to go already.
  removedAt: null,
  expiresAt: { lte: now },
  OR: [
    { state: { in: THERE.filter((state) => state !== "drift") } },
    { state: "drift", observed: { path: "$.absent", equals: true } },
  ],
});

async function expireInZone(zoneId: string, ownerId: string | null, now: Date): Promise<number> {
  const done = await transaction(async (tx) => {
    await lockZone(tx, zoneId);
    const ended = await tx.dnsRecord.findMany({
      where: { ...isEnded(now), zoneId, ownerId },
      orderBy: { id: "asc" },
      take: BATCH,
    });
    if (ended.length === 0) return null;
    const ids = ended.map(({ id }) => id);
    await tx.dnsRecord.updateMany({
      where: { id: { in: ids } },
      data: {
        ...ASKED_AGAIN,
        ...{ state: "removing", removedAt: now, removedReason: "expired", version: { increment: 1 } },
      },
    });
    await recordAudits(
      tx,
      SWEEPER,
      ended.map(({ id, name, type, ttl, values }) => ({
        action: "records.expire",
        subjectType: RECORD_SUBJECT,
        subjectId: id,
        detail: { name, type, before: { ttl, values: readValues(values) } },
      })),
    );
    const sync = await requestSync(tx, SWEEPER, zoneId, `Take out ${plural(ended.length, "record")} that have ended`);
    // Of somebody whose account is gone: nobody is left to be told.
    if (ownerId === null) return { count: ended.length, runIds: [sync.runId] };
    const mail = { template: "records-expired", toUserId: ownerId, recordIds: ids };
    const sign = ended.map(({ id, expiresAt }) => `${id} ${expiresAt?.toISOString()}`).join("\n");
    const mailRun = await createMail(tx, mail, {
      title: `Say that ${plural(ended.length, "record")} have ended`,
      sign,
    });
    return { count: ended.length, runIds: [sync.runId, mailRun] };
  });
  for (const runId of done?.runIds ?? []) await ringRun(runId);
  return done?.count ?? 0;
}

async function expireRecords(now: Date): Promise<number> {
  const places = await db().dnsRecord.groupBy({ by: ["zoneId", "ownerId"], where: isEnded(now) });
  let count = 0;
  for (const { zoneId, ownerId } of places) count += await expireInZone(zoneId, ownerId, now);
  return count;
}

/** Forgets removed records whose grace is over: their names are free again. */
async function purgeRecords(now: Date): Promise<number> {
  const before = new Date(now.getTime() - config().DNS_GRACE_DAYS * DAY_MS);
  let purged = 0;
  for (let count = PURGE_BATCH; count === PURGE_BATCH; purged += count) {
    const rows = await db().dnsRecord.findMany({
      where: { state: "removed", removedAt: { lt: before } },
      select: { id: true },
      take: PURGE_BATCH,
    });
    const where = { id: { in: rows.map(({ id }) => id) }, state: "removed", removedAt: { lt: before } };
    ({ count } = await db().dnsRecord.deleteMany({ where }));
  }
  return purged;
}

/** Ends what has ended, reminds of what will, forgets what is over. Any number of workers may do so at once. */
export async function sweepExpiry(now = new Date()): Promise<Swept> {
  const expired = await expireRecords(now);
  let reminded = 0;
  for (const ownerId of await findOwners(isDue(now))) reminded += await remindOwner(ownerId, now);
  return { expired, reminded, purged: await purgeRecords(now) };
}
