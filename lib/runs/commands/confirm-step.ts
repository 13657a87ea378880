import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { ITEM_NOTE_MAX } from "../constants.ts";
import { assertMayConfirm, assertOwnWord } from "../may-confirm.ts";
import { ringRun } from "../ring.ts";
import { settleRuns } from "../store/settle.ts";
import type { EvidenceKind, RunHook } from "../types.ts";
import { goOnAfter, lookAtTicksSoon } from "./go-on-after.ts";
import { assertManual, type LockedItem, lockItem } from "./lock-item.ts";
import { refuseMeanwhile } from "./refuse-meanwhile.ts";
import { refuseOvertaken } from "./refuse-overtaken.ts";
import { touchRun } from "./touch-run.ts";

const MISSING = {
  link: "Add the link that shows it first.",
  file: "Add the file that shows it first.",
} as const satisfies Partial<Record<EvidenceKind, string>>;

interface Confirmation {
  note: string;
  /** What the caller read; left out: whatever stands there is replaced. */
  itemRev?: number | undefined;
}

function assertTurn({ step, isReopened }: LockedItem): void {
  if (step.state === "succeeded") throw conflict("runs.confirmed", "Somebody has confirmed this step already.");
  if (isReopened || step.state === "needs_person") return;
  if (step.state === "skipped" || step.state === "cancelled")
    throw conflict("items.over", "Nothing is to be done here any more.", "Look at the run again.");
  throw conflict("runs.not_yet", "This step still waits for others.", "Confirm it when they are done.");
}

/** Two people do not do one thing: what one has taken, another first takes over. */
async function assertNotTaken(tx: Tx, actor: Actor, { step }: LockedItem): Promise<void> {
  if (!step.claimedById || (actor.kind === "user" && actor.id === step.claimedById)) return;
  const holder = await tx.user.findUnique({ where: { id: step.claimedById }, select: { displayName: true } });
  throw conflict("items.claimed", `${holder?.displayName ?? "Somebody"} has taken this.`, "Ask them, or take it over.");
}

/** A note speaks for itself; a link or a file that is asked for has to be there, and then needs no note. */
async function assertShown(tx: Tx, { step }: LockedItem, note: string): Promise<void> {
  const kind = step.evidenceKind;
  if (kind !== "link" && kind !== "file") {
    if (note === "") throw invalid({ note: "Say what you did or saw, or give a link." });
    return;
  }
  const shown = await tx.stepEvidence.count({ where: { stepId: step.id, kind, removedAt: null } });
  if (shown === 0) throw invalid({ evidence: MISSING[kind] });
}

/** Says that a manual step is done, and how one can tell. Only who the checklist names may, or an administrator. */
export async function confirmStep(
  actor: Actor,
  stepId: number,
  { note, itemRev }: Confirmation,
  hooks: readonly RunHook[],
): Promise<{ runId: number }> {
  authorize(actor, "runs.confirmStep");
  const text = note.trim();
  if (text.length > ITEM_NOTE_MAX) throw invalid({ note: `Keep it below ${ITEM_NOTE_MAX} characters.` });
  const runId = await transaction(async (tx) => {
    const item = await lockItem(tx, stepId);
    const { run, step, isReopened } = item;
    assertMayConfirm(actor, step);
    assertOwnWord(actor, step);
    assertManual(item);
    assertTurn(item);
    await assertNotTaken(tx, actor, item);
    await refuseMeanwhile(tx, item, itemRev);
    await assertShown(tx, item, text);
    if (!isReopened) await refuseOvertaken(tx, run);
    await sqlOf(tx).run(
      `UPDATE Step SET state = 'succeeded', confirmedById = ?, note = ?, draftNote = NULL, itemRev = itemRev + 1,
         skipReason = NULL, finishedAt = UTC_TIMESTAMP(3), version = version + 1
       WHERE id = ?`,
      [actor.kind === "user" ? actor.id : null, text || null, stepId],
    );
    // What waited for a waived item went on when it was waived.
    if (isReopened) await touchRun(tx, run.id);
    else await goOnAfter(tx, run, stepId, hooks);
    await lookAtTicksSoon(tx, run);
    await recordAudit(tx, actor, {
      action: "runs.confirmStep",
      subjectType: "run",
      subjectId: run.id,
      detail: { step: step.key, title: step.title, note: text },
    });
    return run.id;
  });
  await settleRuns([runId], { hooks, actor });
  await ringRun(runId);
  return { runId };
}
