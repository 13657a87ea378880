import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { mayConfirm } from "../may-confirm.ts";
import { addOutboxRow } from "../outbox.ts";
import { ringRun } from "../ring.ts";
import { settleRuns } from "../store/settle.ts";
import { unblockAfter } from "../store/unblock.ts";
import type { RunHook } from "../types.ts";
import { refuseBusy } from "./create-run.ts";
import { lockRun } from "./lock-run.ts";
import { refuseOvertaken } from "./refuse-overtaken.ts";

const MAX_NOTE = 4000;

/** Says that a manual step is done, and how one can tell. Only the role the checklist names may, or an administrator. */
export async function confirmStep(
  actor: Actor,
  stepId: number,
  { note }: { note: string },
  hooks: readonly RunHook[],
): Promise<{ runId: number }> {
  authorize(actor, "runs.confirmStep");
  const text = note.trim();
  if (text === "") throw invalid({ note: "Say what you did or saw, or give a link." });
  if (text.length > MAX_NOTE) throw invalid({ note: `Keep it below ${MAX_NOTE} characters.` });
  const runId = await transaction(async (tx) => {
    const where = { where: { id: stepId } };
    const found = await tx.step.findUnique({ ...where, select: { runId: true } });
    if (!found) throw notFound("step");
    const run = await lockRun(tx, found.runId);
    if (!run) throw notFound("run");
    const step = await tx.step.findUniqueOrThrow(where);
    if (!mayConfirm(actor, step.role))
      throw new AppError({
        code: "forbidden",
        message: `This step is for the role ${step.role}.`,
        advice: "Ask somebody who has it.",
        status: 403,
      });
    if (step.name !== "manual") throw conflict("runs.not_manual", "The panel does this step itself.");
    if (step.state === "succeeded") throw conflict("runs.confirmed", "Somebody has confirmed this step already.");
    if (step.state !== "needs_person")
      throw conflict("runs.not_yet", "This step still waits for others.", "Confirm it when they are done.");
    await refuseOvertaken(tx, run);
    await sqlOf(tx).run(
      `UPDATE Step SET state = 'succeeded', confirmedById = ?, note = ?, finishedAt = UTC_TIMESTAMP(3), version = version + 1
       WHERE id = ?`,
      [actor.kind === "user" ? actor.id : null, text, stepId],
    );
    const unblocked = await unblockAfter(sqlOf(tx), [stepId]);
    // Rung below; marked as not yet rung, so that the relay does if this process dies first.
    if (unblocked.rings.length > 0)
      await sqlOf(tx).run("UPDATE Step SET rungAt = NULL WHERE id IN (?)", [
        unblocked.rings.map((ring) => ring.stepId),
      ]);
    const goesOn = unblocked.rings.length > 0;
    try {
      await tx.run.update({
        where: { id: step.runId },
        data: {
          stepsDone: { increment: 1 },
          version: { increment: 1 },
          // One that had failed let go of what it held; it must hold it again before anything of it runs.
          ...(goesOn ? { state: "running", finishedAt: null, exclusiveKey: run.exclusiveName } : {}),
        },
      });
    } catch (error) {
      if (isDuplicate(error) && run.exclusiveName) throw await refuseBusy(tx, run.exclusiveName);
      throw error;
    }
    if (run.state === "failed" && goesOn) for (const hook of hooks) await hook(tx, { ...run, state: "running" });
    await recordAudit(tx, actor, {
      action: "runs.confirmStep",
      subjectType: "run",
      subjectId: step.runId,
      detail: { step: step.key, title: step.title, note: text },
    });
    await addOutboxRow(tx, step.runId);
    return step.runId;
  });
  await settleRuns([runId], { hooks, actor });
  await ringRun(runId);
  return { runId };
}
