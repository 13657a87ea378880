import { isSqlSource } from "#lib/backups/restore/database-entry.ts";
import { readReplicas, stopApp } from "#lib/backups/restore/scale-app.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { noteDown } from "../commands/note-move.ts";
import { setReadOnly } from "../copy/read-only.ts";
import { type StopInput, stopInput } from "../schema/steps.ts";

/** From here on nobody writes in the old place, and the time is measured. */
export const movesStop = defineStep({
  name: "moves.stop",
  queue: "provisioning",
  input: stopInput,
  plan: async ({ mode, stackName }) => ({
    changes: [{ action: "change", kind: "stack", name: stackName, detail: mode === "stop" ? "stopped" : "read-only" }],
    warnings: [
      mode === "stop" ? "People cannot use it from here on." : "Nobody can change anything in it from here on.",
    ],
  }),
  apply: applyStop,
  verify: verifyStop,
  undo: async () => {},
});

async function applyStop(input: StopInput, ctx: StepContext): Promise<{ mode: string }> {
  const { mode, stackName, copyStackName, database } = input;
  // What the copy wrote while it was tried is thrown away; it must not go on.
  await stopApp(copyStackName, ctx);
  await ctx.guard();
  await noteDown(ctx);
  if (mode === "read-only" && database && isSqlSource(database)) {
    await setReadOnly(database, true, ctx);
    ctx.log.info(`${database.databaseName} is read-only; pages that only read go on`);
    return { mode };
  }
  await stopApp(stackName, ctx);
  return { mode };
}

async function verifyStop({ stackName, mode }: StopInput, ctx: StepContext): Promise<VerifyResult> {
  if (mode !== "stop") return { ok: true, reason: "It was read-only while it moved." };
  const replicas = await readReplicas(stackName, ctx.signal);
  if (replicas === null)
    throw new AppError({ code: "moves.no_app", message: `The swarm has no app of ${stackName}.`, retry: "retry" });
  return replicas === 0
    ? { ok: true, reason: "It is stopped." }
    : { ok: false, reason: `It runs again, ${replicas} tasks.` };
}
