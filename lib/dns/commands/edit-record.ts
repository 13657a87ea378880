import type { UserActor } from "#lib/access/types.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import type { RecordType } from "../constants.ts";
import { judgeRecord } from "../queries/judge-record.ts";
import { readValues } from "../queries/record-row.ts";
import type { EditRecord } from "../types.ts";
import { changeRecord } from "./change-record.ts";
import { ASKED_AGAIN, STAYS } from "./lock-rows.ts";

/** Changes what a record answers. Whoever edits says which version they saw, so that nobody's change is lost. */
export function editRecord(actor: UserActor, id: string, input: EditRecord): Promise<{ id: string }> {
  const { version, description, ttl, values } = input;
  return changeRecord(
    actor,
    id,
    "records.edit",
    async (row, tx) => {
      if (row.state === "removed" || row.state === "removing")
        throw conflict("dns.removed", "This record was removed meanwhile.", "Restore it first.");
      const { name } = row;
      const type = row.type as RecordType;
      const { record, fields } = await judgeRecord(tx, actor, { id, isEdit: true, name, type, ttl, values });
      if (!record) throw invalid(fields, "The record needs another look.");
      const before = { ttl: row.ttl, values: readValues(row.values) };
      const after = { ttl: record.ttl, values: record.values };
      const isSame = JSON.stringify(before) === JSON.stringify(after) && row.state !== "error";
      if (isSame) return { data: { description } };
      return {
        data: { description, ...after, ...ASKED_AGAIN, ...STAYS, state: "pending" },
        detail: { before, after },
        sync: `Change ${type} ${name}`,
      };
    },
    version,
  );
}
