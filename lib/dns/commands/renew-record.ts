import type { UserActor } from "#lib/access/types.ts";
import { conflict } from "#lib/platform/errors.ts";
import { changeRecord } from "./change-record.ts";
import { endOf } from "./create-record.ts";
import { ASKED_AGAIN, STAYS } from "./lock-rows.ts";

/** Lets a record stay for another lifetime, from now. */
export function renewRecord(actor: UserActor, id: string): Promise<{ id: string }> {
  return changeRecord(actor, id, "records.renew", (row) => {
    if (row.state === "removed" || row.state === "removing")
      throw conflict("dns.removed", "This record was removed.", "Restore it instead.");
    const expiresAt = row.expiresAt && endOf({ kind: "personal" });
    if (!expiresAt) throw conflict("dns.never_ends", "This record does not end: there is nothing to renew.");
    const data = { expiresAt, remindedDays: null };
    const detail = { expiresAt: expiresAt.toISOString() };
    if (row.removedAt === null) return { data, detail };
    // Its removal was refused: it stays after all.
    return {
      data: { ...data, ...ASKED_AGAIN, ...STAYS, state: "pending" },
      detail,
      sync: `Keep ${row.type} ${row.name}`,
    };
  });
}
