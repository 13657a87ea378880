import { isSqlSource } from "#lib/backups/restore/database-entry.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { setReadOnly } from "../copy/read-only.ts";
import { type ReleaseInput, releaseInput } from "../schema/steps.ts";

/** After going back: the old database may be written to again. */
export const movesRelease = defineStep({
  name: "moves.release",
  queue: "provisioning",
  input: releaseInput,
  plan: async () => ({ changes: [{ action: "change", kind: "database", name: "read-only off" }] }),
  apply: applyRelease,
  verify: async () => ({ ok: true, reason: "It was let go when it went back." }),
  undo: async () => {},
});

async function applyRelease({ database }: ReleaseInput, ctx: StepContext): Promise<void> {
  if (!isSqlSource(database)) return;
  await setReadOnly(database, false, ctx);
  ctx.log.info(`${database.databaseName} can be written to`);
}
