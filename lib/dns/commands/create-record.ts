import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { CheckedRecord } from "../check-record.ts";
import { subjectOf } from "../namespaces.ts";
import { RECORD_SUBJECT } from "../queries/get-record.ts";
import { countedTo, judgeRecord, type PlaceInZone } from "../queries/judge-record.ts";
import type { CreateRecord } from "../types.ts";
import { ASKED_AGAIN, lockOwner, lockZone } from "./lock-rows.ts";
import { requestSync } from "./request-sync.ts";

const DAY_MS = 86_400_000;

/** When a record of this place ends by itself; null: never. */
export const endOf = (place: Pick<PlaceInZone, "kind">, now = new Date()): Date | null =>
  place.kind === "personal" ? new Date(now.getTime() + config().DNS_PERSONAL_LIFETIME_DAYS * DAY_MS) : null;

/** Writes the row: new, or in the place of a removed one of the same name and type. */
async function insertRecord(
  tx: Tx,
  place: PlaceInZone,
  { name, type, ttl, values }: CheckedRecord,
  more: { description: string; expiresAt: Date | null; overwrite?: { ttl: number; values: string[] } },
): Promise<string> {
  const { overwrite, ...rest } = more;
  const fields = {
    ...{ ttl, values, ...rest, ...ASKED_AGAIN, state: "pending" },
    serviceId: place.service?.id ?? null,
    ownerId: place.service ? null : place.ownerId,
    ...{ remindedDays: null, removedAt: null, removedReason: null },
    ...(overwrite ? { overwrite } : {}),
  };
  const before = await tx.dnsRecord.findUnique({
    where: { zoneId_name_type: { zoneId: place.zone.id, name, type } },
    select: { id: true, state: true },
  });
  if (before) {
    const { count } = await tx.dnsRecord.updateMany({
      where: { id: before.id, state: "removed" },
      data: { ...fields, createdAt: new Date(), syncedAt: null, version: { increment: 1 } },
    });
    if (count === 0) throw conflict("dns.name_taken", `There is a ${type} record of ${name} already.`);
    return before.id;
  }
  const id = randomUUID();
  await tx.dnsRecord.create({ data: { id, zoneId: place.zone.id, name, type, ...fields } });
  return id;
}

/** Makes a record. Its name decides whose it is; what counts is counted while the owner's row is held. */
export async function createRecord(actor: UserActor, input: CreateRecord): Promise<{ id: string }> {
  authorizeAny(actor);
  try {
    const made = await transaction(async (tx) => {
      const first = await judgeRecord(tx, actor, input);
      if (first.isForbidden) throw forbidden(first.fields);
      if (!first.place || !first.record) throw invalid(first.fields, "The record needs another look.");
      await lockZone(tx, first.place.zone.id);
      await lockOwner(tx, countedTo(first.place)?.owner ?? null);
      // Judged again: only now nobody else can take the name or the last free number.
      const { record, place, fields } = await judgeRecord(tx, actor, input);
      if (!record || !place) throw invalid(fields, "The record needs another look.");
      authorize(actor, "records.create", subjectOf(place));
      const id = await insertRecord(tx, place, record, { description: input.description, expiresAt: endOf(place) });
      const { name, type, ttl, values } = record;
      const run = await requestSync(tx, actor, place.zone.id, `Create ${type} ${name}`);
      await recordAudit(tx, actor, {
        action: "records.create",
        subjectType: RECORD_SUBJECT,
        subjectId: id,
        detail: { name, type, after: { ttl, values }, runId: run.runId },
      });
      return { id, runId: run.runId };
    });
    await ringRun(made.runId);
    return { id: made.id };
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw conflict("dns.name_taken", `There is a ${input.type} record of this name already.`, "Change that one.");
  }
}

/** For some name somebody may; for which is asked when the name is known. */
const authorizeAny = (actor: UserActor) => authorize(actor, "records.create", { ownerId: actor.id });

/** Not theirs, so that whatever else the record says is not answered. */
const forbidden = (fields: Record<string, string>) =>
  new AppError({
    code: "forbidden",
    message: fields.name ?? "You may not make records here.",
    advice: "Choose a name below your own, or ask an administrator.",
    status: 403,
    fields: fields.name ? { name: fields.name } : {},
  });
