import { withDatabase } from "#lib/databases/open-database.ts";
import { AppError } from "#lib/platform/errors.ts";
import { plural } from "#lib/platform/format.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { countOnly } from "../execute/carry-out.ts";
import { checkChange } from "../execute/check-change.ts";
import { dropWriter } from "../execute/drop-writer.ts";
import { withWriter } from "../execute/with-writer.ts";
import type { Preview } from "../schema/counts.ts";
import { dataChangeStepInput } from "../schema/steps.ts";

const late = () =>
  new AppError({
    code: "dataChanges.not_waiting",
    message: "It was changed, started or closed meanwhile: there is nothing to preview.",
    retry: "permanent",
  });

/** Runs the statements of an approved data change, counts the rows and takes everything back. */
export const dataChangesPreview = defineStep({
  name: "data-changes.preview",
  queue: "releases",
  input: dataChangeStepInput,
  maxAttempts: 4,
  timeoutMs: 60 * 60_000,

  async plan({ policy }) {
    const detail = "every statement is run, counted and taken back";
    return { changes: [{ action: "check", kind: "database", name: policy, detail }] };
  },

  async apply({ dataChangeId }, ctx) {
    const { change, database, statements } = await checkChange(dataChangeId);
    if (change.state !== "approved") throw late();
    ctx.log.info(`Trying ${plural(statements.length, "statement")} in a transaction that is taken back`);
    const preview: Preview = await withDatabase(database.source, ctx, (open) =>
      withWriter(open, change.id, ctx, async (login, untouchable) => {
        if (untouchable.length > 0)
          ctx.log.warn(`Kept out, because a transaction does not cover them: ${untouchable.join(", ")}`);
        const counts = await countOnly(open, login, statements, ctx);
        return { seal: change.seal, byId: ctx.run.requestedById, statements: counts, untouchable };
      }),
    );
    const kept = await ctx.write((tx) =>
      tx.dataChange.updateMany({
        where: { id: change.id, state: "approved", seal: change.seal },
        data: { preview, previewedAt: new Date() },
      }),
    );
    if (kept.count === 0) throw late();
    ctx.log.info("Everything was taken back");
    return { statements: preview.statements };
  },

  async verify({ dataChangeId }) {
    const { change } = await checkChange(dataChangeId);
    return change.preview
      ? { ok: true, reason: "Its rows were counted." }
      : { ok: false, reason: "It was changed since, so that it has no preview." };
  },

  undo: dropWriter,
});
