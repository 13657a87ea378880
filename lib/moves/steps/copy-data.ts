import { isSqlSource } from "#lib/backups/restore/database-entry.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { copyDatabase } from "../copy/copy-database.ts";
import { type CopyDataInput, copyDataInput } from "../schema/steps.ts";

/** The database, poured into the one on the new host and compared with it row for row. The old one is only read. */
export const movesCopyData = defineStep({
  name: "moves.copy-data",
  queue: "backups",
  input: copyDataInput,
  timeoutMs: 12 * 60 * 60_000,
  plan: async ({ from, to }) => ({
    changes: [
      {
        action: "create",
        kind: "database",
        name: isSqlSource(to) ? `${to.swarmService}/${to.databaseName}` : to.kind,
        detail: isSqlSource(from) ? `with everything that is in ${from.swarmService}` : "",
      },
    ],
  }),
  apply: applyCopy,
  verify: async () => ({ ok: true, reason: "The rows were compared when they were copied." }),
  undo: async () => {},
});

async function applyCopy({ from, to }: CopyDataInput, ctx: StepContext): Promise<{ compared: string }> {
  if (!isSqlSource(from) || !isSqlSource(to)) return { compared: "" };
  return copyDatabase(from, to, ctx);
}
