import { readRoles } from "#lib/access/roles.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { sqlOf } from "#lib/platform/db/sql.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { conflict, notFound } from "#lib/platform/errors.ts";
import { NOT_ALLOWED } from "../constants.ts";
import { addOutboxRow } from "../outbox.ts";
import { assertMayEverHandle, assertMayHandle, mayHandle } from "../own-run.ts";
import { ringRun } from "../ring.ts";
import { isFinished } from "../run-state.ts";
import type { RunHook, RunState } from "../types.ts";
import { refuseBusy } from "./create-run.ts";
import { lockRun } from "./lock-run.ts";
import { refuseOvertaken } from "./refuse-overtaken.ts";

/**
 * Lets the failed steps of a run, and those that met an error only a person can mend, try again with a fresh budget. What is done
 * stays done, and old logs are kept. `hooks` learn that a finished run goes on.
 */
export async function retryRun(actor: Actor, runId: number, hooks: readonly RunHook[]): Promise<void> {
  assertMayEverHandle(actor, "retry");
  await transaction(async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw notFound("run");
    await assertMayHandle(tx, actor, "retry", run);
    if (run.cancelRequestedAt) throw conflict("runs.cancelled", "A cancelled run cannot go on.", "Start a new one.");
    await refuseOvertaken(tx, run);
    const refused = await sqlOf(tx).rows(
      `SELECT id FROM Step WHERE runId = ? AND state = 'needs_person' AND JSON_VALUE(error, '$.code') = ?`,
      [runId, NOT_ALLOWED],
    );
    const again = await sqlOf(tx).run(
      `UPDATE Step SET state = 'ready', attempts = 0, dueAt = NULL, rungAt = NULL, readyAt = UTC_TIMESTAMP(3),
         finishedAt = NULL, error = NULL, version = version + 1
       WHERE runId = ? AND (state = 'failed' OR (state = 'needs_person' AND name <> 'manual'))`,
      [runId],
    );
    if (again === 0) throw conflict("runs.nothing_to_retry", "No step of this run has failed.");
    // A run goes on in the name of who asked for it; if they no longer may, in the name of who retries.
    const requester = run.requestedById ? await tx.user.findUnique({ where: { id: run.requestedById } }) : null;
    const stillMay =
      actor.kind !== "user" ||
      // A step takes more than the run does: what its requester was refused, whoever retries is asked for.
      (refused.length === 0 &&
        requester &&
        !requester.disabledAt &&
        (await mayHandle(tx, { ...actor, id: requester.id, roles: readRoles(requester.roles) }, "retry", run)));
    const reopened = isFinished(run.state as RunState);
    try {
      await tx.run.update({
        where: { id: runId },
        data: {
          state: "running",
          finishedAt: null,
          exclusiveKey: run.exclusiveName,
          version: { increment: 1 },
          ...(stillMay ? {} : { requestedById: actor.id }),
        },
      });
    } catch (error) {
      if (isDuplicate(error) && run.exclusiveName) throw await refuseBusy(tx, run.exclusiveName);
      throw error;
    }
    await recordAudit(tx, actor, {
      action: "runs.retry",
      subjectType: "run",
      subjectId: runId,
      detail: { steps: Number(again) },
    });
    if (reopened) for (const hook of hooks) await hook(tx, { ...run, state: "running" });
    await addOutboxRow(tx, runId);
  });
  await ringRun(runId);
}
