import { may } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { Prisma } from "#lib/platform/db/client.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import type { RecordType } from "../constants.ts";
import { countedTo, judgeRecord } from "../queries/judge-record.ts";
import { isAbsent, readValues, restorableUntil, subjectOfRow } from "../queries/record-row.ts";
import { changeRecord } from "./change-record.ts";
import { endOf } from "./create-record.ts";
import { ASKED_AGAIN, lockOwner } from "./lock-rows.ts";

/** Takes a record out. Its row stays for the days of grace, so that it can come back. */
export function deleteRecord(actor: UserActor, id: string, seenVersion?: number): Promise<{ id: string }> {
  return changeRecord(
    actor,
    id,
    "records.delete",
    (row) => {
      if (row.state === "removed" || row.state === "removing")
        throw conflict("dns.removed", "This record is removed already.");
      const isChanged = row.state === "drift" && !isAbsent(row.observed);
      if (isChanged && !may(actor, "records.putRight", subjectOfRow(row)).ok)
        throw conflict(
          "dns.changed_elsewhere",
          "Somebody changed this record outside the panel, which therefore does not delete it.",
          "Ask an administrator to adopt the change or to put the record right.",
        );
      return {
        data: {
          ...ASKED_AGAIN,
          ...{ state: "removing", removedAt: new Date(), removedReason: "deleted" },
          // An administrator has seen what stands there instead, and lets it go too.
          ...(isChanged ? { overwrite: row.observed as Prisma.InputJsonObject } : {}),
        },
        detail: { before: { ttl: row.ttl, values: readValues(row.values) } },
        sync: `Delete ${row.type} ${row.name}`,
      };
    },
    seenVersion,
  );
}

/** Brings a removed record back as it was, for as long as a new one would stay. */
export function restoreRecord(actor: UserActor, id: string): Promise<{ id: string }> {
  return changeRecord(actor, id, "records.restore", async (row, tx) => {
    const until = restorableUntil(row);
    if (row.state !== "removing" && (row.state !== "removed" || !until || until <= new Date()))
      throw conflict("dns.not_restorable", "This record cannot be restored any more.", "Make a new one.");
    const given = { id, name: row.name, type: row.type as RecordType, ttl: row.ttl, values: readValues(row.values) };
    const { place } = await judgeRecord(tx, actor, { ...given, isEdit: true });
    if (place) await lockOwner(tx, countedTo(place)?.owner ?? null);
    const { fields } = await judgeRecord(tx, actor, given);
    const [problem] = Object.values(fields);
    if (problem !== undefined) throw invalid(fields, `The record cannot come back as it was. ${problem}`);
    return {
      data: {
        ...ASKED_AGAIN,
        ...{ state: "pending", removedAt: null, removedReason: null, remindedDays: null },
        ...(place && row.expiresAt ? { expiresAt: endOf(place) } : {}),
      },
      detail: { after: { ttl: row.ttl, values: given.values } },
      sync: `Restore ${row.type} ${row.name}`,
    };
  });
}
