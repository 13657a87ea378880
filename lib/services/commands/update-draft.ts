import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { canonicalJson } from "#lib/platform/crypto.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid } from "#lib/platform/errors.ts";
import { DRAFT_MAX_BYTES, type GroupKey } from "../constants.ts";
import { type Draft, loadDraft, lockDraft, readDraft } from "../queries/read-draft.ts";
import { type DraftAnswers, GROUPS, isAnswerGroup } from "../schema/answers.ts";
import type { DraftView } from "../types.ts";

export interface DraftUpdate {
  /** The revision the changes were made on. */
  rev: number;
  /** The page the reader is on. */
  group?: GroupKey | undefined;
  /** Fields by group; what is not named stays. */
  answers?: Record<string, Record<string, unknown>> | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Only what a group asks for is kept: nothing else that a form or a script sends is stored, a secret's value least of all. */
function keepKnown(group: keyof DraftAnswers, fields: Record<string, unknown>): Record<string, unknown> {
  const known = Object.keys(GROUPS[group].schema.shape);
  const kept = Object.fromEntries(Object.entries(fields).filter(([field]) => known.includes(field)));
  if (group === "secrets" && Array.isArray(kept.others))
    kept.others = kept.others.filter(isRecord).map(({ name, purpose, source }) => ({ name, purpose, source }));
  return kept;
}

function mergeAnswers(present: DraftAnswers, changes: Record<string, Record<string, unknown>>): DraftAnswers {
  const merged: DraftAnswers = { ...present };
  for (const [group, fields] of Object.entries(changes)) {
    if (!isAnswerGroup(group)) throw invalid({ [group]: "There is no such group of questions." });
    merged[group] = { ...present[group], ...keepKnown(group, fields) };
  }
  if (Buffer.byteLength(JSON.stringify(merged)) > DRAFT_MAX_BYTES)
    throw new AppError({
      code: "draft.too_large",
      message: `A draft holds ${DRAFT_MAX_BYTES / 1024} KiB of answers at most.`,
      advice: "Shorten the longest texts or lists.",
      status: 422,
    });
  return merged;
}

/** Refuses changes while a run works from the answers; they are free again when it has failed or was undone. */
export async function refuseWhileProvisioning(tx: Tx, draft: Draft): Promise<void> {
  if (!draft.serviceId) return;
  const service = await tx.service.findUnique({ where: { id: draft.serviceId }, select: { name: true, state: true } });
  if (service?.state === "provisioning")
    throw conflict(
      "draft.running",
      `${service.name} is being provisioned from these answers.`,
      "Wait for the run, or cancel it first.",
    );
  if (service && service.state !== "failed" && service.state !== "retired")
    throw conflict("draft.done", `${service.name} has been provisioned: these answers are its record now.`);
}

/** Saves what changed. A stale `rev` is a 409: the caller reads the draft again and decides. */
export async function updateDraft(actor: Actor, draftId: string, update: DraftUpdate): Promise<DraftView> {
  authorize(actor, "drafts.update");
  return transaction(async (tx) => {
    const draft = await lockDraft(tx, draftId);
    if (draft.rev !== update.rev) throw stale(draft);
    await refuseWhileProvisioning(tx, draft);
    const answers = mergeAnswers(draft.answers, update.answers ?? {});
    const isSame = canonicalJson(answers) === canonicalJson(draft.answers);
    const group = update.group ?? draft.group;
    if (isSame && group === draft.group) return readDraft(tx, draftId);
    const { count } = await tx.serviceDraft.updateMany({
      where: { id: draftId, rev: update.rev },
      data: {
        group,
        updatedAt: new Date(),
        // Turning a page is no change of the answers: a plan made from them stays good.
        ...(isSame ? {} : { answers: answers as Prisma.InputJsonObject, rev: { increment: 1 } }),
      },
    });
    if (count === 0) throw stale(await loadDraft(tx, draftId));
    if (!isSame)
      await recordAudit(tx, actor, {
        action: "drafts.update",
        subjectType: "draft",
        subjectId: draftId,
        detail: { rev: update.rev + 1, fields: changedFields(draft.answers, answers) },
      });
    return readDraft(tx, draftId);
  });
}

function changedFields(before: DraftAnswers, after: DraftAnswers): string[] {
  const fields = Object.entries(after).flatMap(([group, values]) =>
    Object.entries(values ?? {})
      .filter(
        ([field, value]) => canonicalJson([value]) !== canonicalJson([before[group as keyof DraftAnswers]?.[field]]),
      )
      .map(([field]) => `${group}.${field}`),
  );
  return fields.slice(0, 100);
}

const stale = (draft: Draft) =>
  new AppError({
    code: "draft.stale",
    message: "Somebody else, or another window of yours, has saved this draft in the meantime.",
    advice: "Load it again and repeat your last change.",
    detail: `The draft is at revision ${draft.rev}, saved at ${draft.updatedAt.toISOString()}.`,
    status: 409,
  });
