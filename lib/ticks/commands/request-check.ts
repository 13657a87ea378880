import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { TICK_SUBJECT } from "../constants.ts";
import { dueNow } from "./due-now.ts";

/** Has a live service's ticks looked at right now instead of when their turn comes. */
export async function requestCheck(actor: Actor, serviceName: string): Promise<{ requested: true }> {
  authorize(actor, "ticks.check");
  return transaction(async (tx) => {
    const service = await tx.service.findUnique({ where: { name: serviceName }, select: { id: true, state: true } });
    if (!service) throw notFound("service");
    if (service.state !== "live")
      throw conflict("ticks.not_live", "Only a live service's checklist is looked at again.");
    await dueNow(tx, service.id);
    await recordAudit(tx, actor, { action: "ticks.check", subjectType: TICK_SUBJECT, subjectId: service.id });
    return { requested: true as const };
  });
}
