import { assertStillMay } from "#lib/runs/assert-still-may.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { noteKeptGone } from "../commands/note-kept-gone.ts";
import { noteRestore } from "../commands/note-restore.ts";
import { readRestoreJob } from "../queries/read-restore-job.ts";
import { refuseRemovingKept } from "../queries/refuse-removing-kept.ts";
import { besideEntry, dropBeside, isBeside } from "../restore/beside.ts";
import { isDatabaseSource } from "../restore/database-entry.ts";
import { type DropKeptInput, dropKeptInputSchema } from "../schema/steps.ts";

/** What lived before a swap goes for good, and with it the way back. */
export const backupsDropKept = defineStep({
  name: "backups.drop-kept",
  queue: "backups",
  input: dropKeptInputSchema,
  maxAttempts: 5,
  timeoutMs: 2 * 60 * 60_000,
  plan: planDrop,
  apply: applyDrop,
  verify: verifyDrop,
  async undo(_resources, _input, ctx) {
    ctx.log.info("What was removed cannot be brought back");
  },
});

async function planDrop(input: DropKeptInput, ctx: StepContext): Promise<PlanResult> {
  const { source, swappedAt } = await readRestoreJob(input, ctx);
  const kind = isDatabaseSource(source) ? "database" : "folder";
  const detail = swappedAt ? `kept since ${swappedAt.toISOString()}` : "kept by a swap";
  return {
    changes: [{ action: "remove", kind, name: input.previous, detail }],
    warnings: ["It cannot be brought back, and the swap cannot be undone any more."],
  };
}

async function applyDrop(input: DropKeptInput, ctx: StepContext): Promise<{ previous: string }> {
  const { previous } = input;
  const job = await readRestoreJob(input, ctx);
  // An earlier try came to its end.
  if (job.givenUpAt && job.previous === null) return { previous };
  await refuseRemovingKept(job, previous);
  // The run may have waited for days.
  await assertStillMay(ctx.run.requestedById, "backups.removeKept", job.serviceId);
  // Before anything of it goes: half of it must never live again.
  if (!job.givenUpAt) await noteRestore(job.id, { givenUpAt: new Date() }, ctx);
  const entry = besideEntry(job.source, previous);
  const wasThere = await dropBeside(entry, ctx);
  await noteKeptGone(job.id, entry, ctx);
  // An earlier try may have died between the two.
  if (!wasThere && !job.givenUpAt)
    ctx.log.warn(`${previous} was not there any more: somebody else has taken it away, or moved it`);
  return { previous };
}

async function verifyDrop(input: DropKeptInput, ctx: StepContext): Promise<VerifyResult> {
  const { source } = await readRestoreJob(input, ctx);
  const isThere = await isBeside(besideEntry(source, input.previous), ctx);
  return isThere
    ? { ok: false, reason: `${input.previous} is there.` }
    : { ok: true, reason: `${input.previous} is not there any more.` };
}
