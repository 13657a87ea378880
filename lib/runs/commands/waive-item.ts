import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { WAIVER_MAX_DAYS, WAIVER_REASON_MAX } from "../constants.ts";
import { assertOwnWord } from "../may-confirm.ts";
import { ringRun } from "../ring.ts";
import { settleRuns } from "../store/settle.ts";
import type { RunHook } from "../types.ts";
import { goOnAfter, lookAtTicksSoon } from "./go-on-after.ts";
import { lockOpenItem } from "./lock-item.ts";
import { refuseOvertaken } from "./refuse-overtaken.ts";
import { touchRun } from "./touch-run.ts";

const DAY_MS = 86_400_000;
const SKIP_REASON_MAX = 300;

interface Waiver {
  reason: string;
  /** ISO 8601: from then on it is open again. */
  until: string;
}

function readUntil(until: string): Date {
  const at = new Date(until);
  const now = Date.now();
  if (at.getTime() <= now) throw invalid({ until: "Choose a day to come." });
  if (at.getTime() > now + WAIVER_MAX_DAYS * DAY_MS) throw invalid({ until: "Choose a day within a year." });
  return at;
}

/** Does without an item for a reason and for a time. What waits for it goes on; when the time is over it is open again. */
export async function waiveItem(
  actor: UserActor,
  stepId: number,
  waiver: Waiver,
  hooks: readonly RunHook[],
): Promise<{ runId: number }> {
  const reason = waiver.reason.trim();
  if (reason === "") throw invalid({ reason: "Say why it is not needed for now." });
  if (reason.length > WAIVER_REASON_MAX) throw invalid({ reason: `Keep it below ${WAIVER_REASON_MAX} characters.` });
  const until = readUntil(waiver.until);
  const runId = await transaction(async (tx) => {
    const { run, step, isReopened } = await lockOpenItem(tx, stepId);
    authorize(actor, "items.waive", { confirmById: step.confirmById });
    assertOwnWord(actor, step);
    // What comes after it would begin before what comes before it is done.
    if (step.state === "blocked")
      throw conflict("runs.not_yet", "This step still waits for others.", "Waive it when they are done.");
    if (!isReopened) await refuseOvertaken(tx, run);
    const words = `Waived by ${actor.name} until ${until.toISOString().slice(0, 10)}: ${reason}`;
    await tx.step.update({
      where: { id: stepId },
      data: {
        state: "skipped",
        skipReason: words.slice(0, SKIP_REASON_MAX),
        waivedById: actor.id,
        waiverReason: reason,
        waiverUntil: until,
        // Found by the same index as everything that is due.
        dueBy: until,
        remindedAt: null,
        escalatedAt: null,
        itemRev: { increment: 1 },
        finishedAt: new Date(),
        version: { increment: 1 },
      },
    });
    if (isReopened) await touchRun(tx, run.id);
    else await goOnAfter(tx, run, stepId, hooks);
    await lookAtTicksSoon(tx, run);
    await recordAudit(tx, actor, {
      action: "items.waive",
      subjectType: "run",
      subjectId: run.id,
      detail: { step: step.key, title: step.title, reason, until: until.toISOString() },
    });
    return run.id;
  });
  await settleRuns([runId], { hooks, actor });
  await ringRun(runId);
  return { runId };
}
