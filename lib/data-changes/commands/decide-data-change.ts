import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { readDatabase } from "#lib/databases/queries/find-database.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { assertPerson } from "#lib/releases/commands/decide.ts";
import { UNUSED_HOURS } from "#lib/releases/constants.ts";
import { assertSameDatabase } from "../approval/assert-same-database.ts";
import { lockDataChange } from "../queries/find-data-change.ts";
import { getDataChange } from "../queries/get-data-change.ts";
import type { Decision } from "../schema/input.ts";
import type { DataChangeView } from "../types.ts";
import { assertMay } from "./assert-may.ts";
import { tellTurn } from "./tell-turn.ts";

/** Somebody else's yes or no to the text they read. A yes is for this text only and is used once. */
export async function decideDataChange(
  actor: UserActor,
  id: string,
  { decision, seal, comment }: Decision,
): Promise<DataChangeView> {
  authorize(actor, "dataChanges.approve");
  assertPerson(actor);
  return transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "approve", seal);
    const now = new Date();
    const approves = decision === "approve";
    if (approves) assertSameDatabase(row, await readDatabase(row, tx));
    await tx.dataChange.update({
      where: { id },
      data: {
        ...{ state: approves ? "approved" : "rejected", approvedById: actor.id, approvedAt: now },
        ...(comment === "" ? {} : { approvalComment: comment }),
        ...(approves ? { expiresAt: new Date(now.getTime() + UNUSED_HOURS * 3_600_000) } : { finishedAt: now }),
      },
    });
    await recordAudit(tx, actor, {
      action: `dataChanges.${decision}`,
      subjectType: "dataChange",
      subjectId: id,
      detail: { service: row.service.name, environment: row.environment, title: row.title, seal, comment },
    });
    await tellTurn(tx, id, approves ? "approved" : "rejected");
    return getDataChange(actor, id, tx);
  });
}
