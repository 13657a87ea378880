import type { UserActor } from "#lib/access/types.ts";
import { Prisma } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { checkRecord } from "../check-record.ts";
import type { RecordType } from "../constants.ts";
import { isAbsent, type RecordRow, readValues } from "../queries/record-row.ts";
import { changeRecord } from "./change-record.ts";
import { ASKED_AGAIN, STAYS } from "./lock-rows.ts";

function assertDrift(row: RecordRow): void {
  if (row.state !== "drift")
    throw conflict("dns.no_drift", "This record was not changed outside the panel, or it is settled already.");
}

/** What stands there now, if the panel could keep it as its own. */
function readObserved({ name, type, observed }: RecordRow): { ttl: number; values: string[] } {
  const { ttl, values: json } = observed as Record<string, unknown>;
  const values = readValues(json);
  if (typeof ttl !== "number")
    throw conflict(
      "dns.not_adoptable",
      "What stands there is an alias of Route 53, which the panel cannot keep.",
      "Put the record right, or change it in Route 53.",
    );
  const { fields } = checkRecord({ name, type: type as RecordType, ttl, values }, { anyTtl: true });
  const [problem] = Object.values(fields);
  if (problem !== undefined) throw conflict("dns.not_adoptable", `The panel cannot keep what stands there. ${problem}`);
  return { ttl, values };
}

/** What somebody made of the record outside becomes what is wanted; removed there, it is let go here. */
export function adoptDrift(actor: UserActor, id: string): Promise<{ id: string }> {
  return changeRecord(actor, id, "records.adopt", (row) => {
    assertDrift(row);
    const before = { ttl: row.ttl, values: readValues(row.values) };
    const sync = `Adopt ${row.type} ${row.name}`;
    if (isAbsent(row.observed))
      return {
        data: { ...ASKED_AGAIN, state: "removing", removedAt: new Date(), removedReason: "deleted" },
        detail: { before },
        sync,
      };
    const after = readObserved(row);
    const data = { ...ASKED_AGAIN, ...STAYS, ...after, overwrite: after, state: "pending" };
    return { data, detail: { before, after }, sync };
  });
}

/** What is wanted is written over what somebody made of it: exactly over that, and nothing that comes later. */
export function putRightDrift(actor: UserActor, id: string): Promise<{ id: string }> {
  return changeRecord(actor, id, "records.putRight", (row) => {
    assertDrift(row);
    const allowed = isAbsent(row.observed)
      ? { applied: Prisma.DbNull, sent: Prisma.DbNull }
      : { overwrite: row.observed as Prisma.InputJsonObject };
    return {
      data: { ...ASKED_AGAIN, ...STAYS, ...allowed, state: "pending" },
      detail: { after: { ttl: row.ttl, values: readValues(row.values) } },
      sync: `Put ${row.type} ${row.name} right`,
    };
  });
}
