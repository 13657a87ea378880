import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { lockDataChange } from "../queries/find-data-change.ts";
import { getDataChange } from "../queries/get-data-change.ts";
import type { Result } from "../schema/counts.ts";
import type { AfterAction } from "../schema/input.ts";
import type { DataChangeView } from "../types.ts";
import { assertMay } from "./assert-may.ts";
import { tellTurn } from "./tell-turn.ts";

/** What the panel could not know, the database administrator says, who has asked the database. */
function settle(result: Result | null, carriedOut: boolean | undefined): Result | null {
  if (result?.outcome !== "unknown") return result;
  if (carriedOut === undefined)
    throw invalid({ carriedOut: "Ask the database whether it was carried out, then say so here." });
  return { ...result, outcome: carriedOut ? "committed" : "refused" };
}

/** The after-action report, which closes it: done when its rows were changed, failed when they were not. */
export async function reportDataChange(
  actor: UserActor,
  id: string,
  { expected, happened, carriedOut }: AfterAction,
): Promise<DataChangeView> {
  authorize(actor, "dataChanges.carryOut");
  return transaction(async (tx) => {
    const row = await lockDataChange(id, tx);
    await assertMay(tx, actor, row, "report");
    const result = settle(row.result, carriedOut);
    const state = result?.outcome === "committed" ? "done" : "failed";
    await tx.dataChange.update({
      where: { id },
      data: {
        state,
        expected,
        happened,
        reportedById: actor.id,
        finishedAt: new Date(),
        ...(result ? { result } : {}),
      },
    });
    await recordAudit(tx, actor, {
      action: "dataChanges.report",
      subjectType: "dataChange",
      subjectId: id,
      detail: { service: row.service.name, environment: row.environment, title: row.title, state, expected, happened },
    });
    await tellTurn(tx, id, "closed");
    return getDataChange(actor, id, tx);
  });
}
