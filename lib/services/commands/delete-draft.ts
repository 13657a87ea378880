import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict } from "#lib/platform/errors.ts";
import { deleteSecret } from "#lib/secrets/commands.ts";
import { draftSecretName } from "../naming.ts";
import { lockDraft } from "../queries/read-draft.ts";

/** Throws a draft away, with the values of its secrets. One that has become a service stays, as its record. */
export async function deleteDraft(actor: Actor, draftId: string): Promise<void> {
  // Who may not throw any draft away learns nothing about which exist.
  authorize(actor, "drafts.read");
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, draftId);
    authorize(actor, "drafts.delete", { ownerId: draft.owner.id });
    const service = draft.serviceId
      ? await tx.service.findUnique({ where: { id: draft.serviceId }, select: { name: true, state: true } })
      : null;
    if (service && service.state !== "retired")
      throw conflict("draft.started", `${service.name} was provisioned from this draft.`, "Undo the run first.");
    const secrets = await tx.secret.findMany({
      where: { name: { startsWith: draftSecretName(draftId, "") }, deletedAt: null },
      select: { name: true },
      distinct: ["name"],
    });
    for (const secret of secrets) await deleteSecret(tx, secret.name);
    await tx.serviceDraft.delete({ where: { id: draftId } });
    await recordAudit(tx, actor, {
      action: "drafts.delete",
      subjectType: "draft",
      subjectId: draftId,
      detail: { name: String(draft.answers.identity?.name ?? "") },
    });
  });
}
