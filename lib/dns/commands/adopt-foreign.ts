import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { checkRecord } from "../check-record.ts";
import type { RecordType } from "../constants.ts";
import { isAdoptable } from "../queries/list-zones.ts";
import { readValues } from "../queries/record-row.ts";
import type { AdoptForeign, AdoptMany, AdoptManyResult } from "../types.ts";
import { lockZone } from "./lock-rows.ts";
import { requestSync } from "./request-sync.ts";
import { type TakenSet, writeSets } from "./take-over.ts";

type Row = NonNullable<Awaited<ReturnType<typeof readForeign>>>;
const readForeign = (id: string) => db().dnsForeignRecord.findUnique({ where: { id } });

/** Why the panel cannot have the set, or the set as it would have it. */
function judge(row: Row, zone: string, isTaken: boolean): { reason: string } | { set: TakenSet } {
  if (isTaken) return { reason: "The panel has a record of this name and type already." };
  if (!isAdoptable(row, zone)) return { reason: "Not a plain set of a type that the panel keeps." };
  const values = readValues(row.values);
  const { name, type, ttl } = row;
  const given = { name, type: type as RecordType, ttl: ttl ?? 0, values };
  const { record, fields } = checkRecord(given, { anyTtl: true });
  if (!record) return { reason: Object.values(fields)[0] ?? "It is not a record the panel could keep." };
  // In the spelling that stands there, so that nothing changes.
  return { set: { record: { ...record, values }, isThere: true } };
}

/** Takes sets that somebody else made in Route 53 over as they stand: nothing changes outside, and then they are kept. */
export async function adoptMany(actor: UserActor, zoneId: string, input: AdoptMany): Promise<AdoptManyResult> {
  authorize(actor, "records.adoptForeign");
  const { foreignIds, ...assignee } = input;
  const { runId, ...result } = await transaction(async (tx) => {
    const zone = await tx.dnsZone.findUnique({ where: { id: zoneId }, select: { name: true } });
    if (!zone) throw notFound("zone");
    await lockZone(tx, zoneId);
    const rows = await tx.dnsForeignRecord.findMany({ where: { zoneId, id: { in: foreignIds } } });
    const own = await tx.dnsRecord.findMany({
      where: { zoneId, state: { not: "removed" }, name: { in: rows.map(({ name }) => name) } },
      select: { name: true, type: true },
    });
    const isTaken = (row: Row) => own.some(({ name, type }) => name === row.name && type === row.type);
    const judged = rows.map((row) => ({ row, verdict: judge(row, zone.name, isTaken(row)) }));
    const taken = judged.flatMap(({ row, verdict }) => ("set" in verdict ? [{ row, set: verdict.set }] : []));
    const adopted = await writeSets(
      tx,
      actor,
      zoneId,
      taken.map(({ set }) => set),
      { action: "records.adoptForeign", assignee },
    );
    await tx.dnsForeignRecord.deleteMany({ where: { id: { in: taken.map(({ row }) => row.id) } } });
    const title =
      adopted.length === 1
        ? `Take over ${adopted[0]?.type} ${adopted[0]?.name}`
        : `Take over ${adopted.length} records of ${zone.name}`;
    const run = adopted.length > 0 ? await requestSync(tx, actor, zoneId, title) : null;
    const refused = judged.flatMap(({ row: { id, name, type }, verdict }) =>
      "reason" in verdict ? [{ foreignId: id, name, type, reason: verdict.reason }] : [],
    );
    return { adopted, refused, runId: run?.runId ?? null };
  });
  if (runId !== null) await ringRun(runId);
  return result;
}

/** The same for one. */
export async function adoptForeign(actor: UserActor, id: string, assignee: AdoptForeign): Promise<{ id: string }> {
  authorize(actor, "records.adoptForeign");
  const row = await readForeign(id);
  if (!row) throw notFound("record");
  const { adopted, refused } = await adoptMany(actor, row.zoneId, { foreignIds: [id], ...assignee });
  const [one] = adopted;
  if (one) return { id: one.id };
  throw conflict("dns.not_adoptable", refused[0]?.reason ?? "It is not there any more.");
}
