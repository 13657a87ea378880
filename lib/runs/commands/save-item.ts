import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid } from "#lib/platform/errors.ts";
import { DUE_MAX_DAYS, ITEM_NOTE_MAX } from "../constants.ts";
import { wakeWatchers } from "../wake.ts";
import { lockOpenItem } from "./lock-item.ts";
import { refuseMeanwhile } from "./refuse-meanwhile.ts";
import { touchRun } from "./touch-run.ts";

const DAY_MS = 86_400_000;

interface ItemEdit {
  /** What the caller read. */
  itemRev: number;
  note: string;
  /** ISO 8601; null: none; left out: as it is. */
  dueBy?: string | null | undefined;
}

function readDue(dueBy: string | null): Date | null {
  if (dueBy === null) return null;
  const at = new Date(dueBy);
  if (at.getTime() > Date.now() + DUE_MAX_DAYS * DAY_MS) throw invalid({ dueBy: "Choose a day within two years." });
  return at;
}

/** Writes down how far an item is and until when it is to be done. Over somebody else's newer words: 409, with them. */
export async function saveItem(actor: UserActor, stepId: number, edit: ItemEdit): Promise<{ runId: number }> {
  authorize(actor, "items.edit");
  const note = edit.note.trim();
  if (note.length > ITEM_NOTE_MAX) throw invalid({ note: `Keep it below ${ITEM_NOTE_MAX} characters.` });
  const runId = await transaction(async (tx) => {
    const item = await lockOpenItem(tx, stepId);
    const { run, step, isReopened } = item;
    const dueBy = edit.dueBy === undefined ? step.dueBy : readDue(edit.dueBy);
    const isDueNew = dueBy?.getTime() !== step.dueBy?.getTime();
    const isNoteNew = note !== (step.draftNote ?? "");
    // Sent twice, or both wrote the same: there is nothing to lose.
    if (!isDueNew && !isNoteNew) return run.id;
    await refuseMeanwhile(tx, item, edit.itemRev);
    if (isDueNew) {
      authorize(actor, "items.setDue", { requestedById: run.requestedById });
      if (isReopened) throw invalid({ dueBy: "It is due since its waiver ended. Waive it again if it can wait." });
    }
    await tx.step.update({
      where: { id: stepId },
      data: {
        itemRev: { increment: 1 },
        ...(isNoteNew ? { draftNote: note || null } : {}),
        draftById: actor.id,
        draftAt: new Date(),
        ...(isDueNew ? { dueBy, remindedAt: null, escalatedAt: null } : {}),
      },
    });
    await touchRun(tx, run.id);
    await recordAudit(tx, actor, {
      action: "items.save",
      subjectType: "run",
      subjectId: run.id,
      detail: {
        step: step.key,
        title: step.title,
        ...(isNoteNew ? { note } : {}),
        ...(isDueNew ? { dueBy: dueBy?.toISOString() ?? "none" } : {}),
      },
    });
    return run.id;
  });
  wakeWatchers([runId]);
  return { runId };
}
