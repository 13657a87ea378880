import type { UserActor } from "#lib/access/types.ts";
import { conflict } from "#lib/platform/errors.ts";
import { placeOfName } from "../namespaces.ts";
import type { AdoptForeign } from "../types.ts";
import { changeRecord } from "./change-record.ts";
import { findAssignee } from "./take-over.ts";

/** Gives a record to a person or a service who answer for it from then on; to neither: back to the administrators. */
export function assignRecord(actor: UserActor, id: string, assignee: AdoptForeign): Promise<{ id: string }> {
  return changeRecord(actor, id, "records.assign", async (row, tx) => {
    const { kind } = await placeOfName(tx, row.name);
    if (kind === "personal" || kind === "service")
      throw conflict("dns.name_decides", "Whose this record is, its name decides: it cannot be given to another.");
    const { ownerId = null, serviceId = null } = (await findAssignee(tx, assignee)) ?? {};
    const before = { ownerId: row.ownerId, serviceId: row.serviceId };
    return {
      data: { ownerId, serviceId, expiresAt: null, remindedDays: null },
      detail: { from: before, to: { ownerId, serviceId } },
    };
  });
}
