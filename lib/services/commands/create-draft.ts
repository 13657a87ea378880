import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { readDraft } from "../queries/read-draft.ts";
import type { DraftView } from "../types.ts";

/** Begins a new service: an empty draft that belongs to whoever began it. */
export async function createDraft(actor: UserActor): Promise<DraftView> {
  authorize(actor, "drafts.create");
  const id = randomUUID();
  return transaction(async (tx) => {
    await tx.serviceDraft.create({ data: { id, ownerId: actor.id, answers: {} } });
    await recordAudit(tx, actor, { action: "drafts.create", subjectType: "draft", subjectId: id });
    return readDraft(tx, id);
  });
}
