import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { deleteSecret, storeSecret } from "#lib/secrets/commands.ts";
import { SECRET_VALUE_MAX_BYTES } from "../constants.ts";
import { draftSecretName } from "../naming.ts";
import { lockDraft } from "../queries/read-draft.ts";
import { secretName } from "../schema/secrets.ts";
import { refuseWhileProvisioning } from "./update-draft.ts";

function parseName(name: string): string {
  const result = secretName.safeParse(name);
  if (result.success) return result.data;
  throw invalid({ secretName: result.error.issues[0]?.message ?? "This is no name of a secret." });
}

/** Keeps a secret's value, encrypted, beside the draft. It is never shown again, to nobody. */
export async function setDraftSecret(actor: Actor, draftId: string, name: string, value: string): Promise<void> {
  authorize(actor, "drafts.update");
  const secret = parseName(name);
  if (value === "") throw invalid({ value: "Give the secret a value." });
  if (Buffer.byteLength(value) > SECRET_VALUE_MAX_BYTES)
    throw invalid({ value: `A secret has ${SECRET_VALUE_MAX_BYTES / 1024} KiB at most.` });
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, draftId);
    await refuseWhileProvisioning(tx, draft);
    const fullName = draftSecretName(draftId, secret);
    await deleteSecret(tx, fullName);
    await storeSecret(tx, { name: fullName, value, serviceId: null });
    await recordAudit(tx, actor, {
      action: "drafts.setSecret",
      subjectType: "draft",
      subjectId: draftId,
      detail: { name: secret },
    });
  });
}

/** Forgets a value that was given. */
export async function removeDraftSecret(actor: Actor, draftId: string, name: string): Promise<void> {
  authorize(actor, "drafts.update");
  const secret = parseName(name);
  await transaction(async (tx) => {
    const draft = await lockDraft(tx, draftId);
    await refuseWhileProvisioning(tx, draft);
    await deleteSecret(tx, draftSecretName(draftId, secret));
    await recordAudit(tx, actor, {
      action: "drafts.removeSecret",
      subjectType: "draft",
      subjectId: draftId,
      detail: { name: secret },
    });
  });
}
