import { z } from "zod";
import { ensureMarkers, readMarker } from "#lib/databases/accounts/marker.ts";
import { type OpenDatabase, withDatabase } from "#lib/databases/open-database.ts";
import { Prisma } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { plural } from "#lib/platform/format.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { carryOut } from "../execute/carry-out.ts";
import { type CheckedChange, checkChange } from "../execute/check-change.ts";
import { dropWriter } from "../execute/drop-writer.ts";
import { REFUSED } from "../execute/run-transaction.ts";
import { withWriter } from "../execute/with-writer.ts";
import { explainLate, readProof, readProven } from "../queries/read-proof.ts";
import { type Result, type StatementCount, statementCount } from "../schema/counts.ts";
import { dataChangeStepInput } from "../schema/steps.ts";

const stop = (code: string, message: string, advice: string) =>
  new AppError({ code: `dataChanges.${code}`, message, advice, retry: "permanent" });

const keepResult = (id: string, result: Omit<Result, "at">, ctx: StepContext) =>
  ctx.write((tx) =>
    tx.dataChange.update({ where: { id }, data: { result: { ...result, at: new Date().toISOString() } } }),
  );

const readCounts = (note: string): StatementCount[] => {
  try {
    return z.array(statementCount).parse(JSON.parse(note));
  } catch {
    return [];
  }
};

/**
 * Carries an approved data change out, once. The note that it was done is written in the same transaction as its rows, so whoever
 * comes after a crash asks the database, not its memory.
 */
export const dataChangesExecute = defineStep({
  name: "data-changes.execute",
  queue: "releases",
  input: dataChangeStepInput,
  maxAttempts: 6,
  timeoutMs: 60 * 60_000,

  async plan({ policy }) {
    const detail = "in one transaction, whose counts must be those of the preview";
    return { changes: [{ action: "change", kind: "rows", name: policy, detail }] };
  },

  async apply({ dataChangeId }, ctx) {
    const checked = await checkChange(dataChangeId);
    const { change, database } = checked;
    if (change.runId !== ctx.run.id || change.state !== "running")
      throw stop("not_running", "This run is not the one that carries it out.", "Propose the change again.");
    if (change.result?.outcome === "refused")
      throw stop("stopped", `It stopped before: ${change.result.why}`, "Propose the change again.");
    const backupId = readProven(ctx);
    return withDatabase(database.source, ctx, (open) => execute(checked, open, backupId, ctx));
  },

  async verify({ dataChangeId }, ctx) {
    const { change, database } = await checkChange(dataChangeId);
    const note = await withDatabase(database.source, ctx, (open) => readMarker(open, change.id));
    return note === null
      ? { ok: false, reason: "The database does not say that it was carried out." }
      : { ok: true, reason: "The database itself says that it was carried out." };
  },

  undo: dropWriter,
});

async function execute({ change, statements }: CheckedChange, open: OpenDatabase, backupId: string, ctx: StepContext) {
  await ctx.guard();
  await ensureMarkers(open);
  const note = await readMarker(open, change.id);
  if (note !== null) {
    ctx.log.info("An earlier try has carried it out already");
    const counts = readCounts(note);
    await keepResult(change.id, { outcome: "committed", why: null, statements: counts, backupId }, ctx);
    return { statements: counts };
  }
  const { preview } = change;
  if (!preview || preview.seal !== change.seal)
    throw stop("no_preview", "It has no preview of this text.", "Propose the change again and preview it first.");
  const late = explainLate(change, await readProof(change, backupId), new Date());
  if (late) {
    await keepResult(change.id, { outcome: "stopped", why: late, statements: [], backupId }, ctx);
    throw stop("too_late", late, "Write it anew and have it approved: the run of that takes a new backup.");
  }
  // What an earlier try could not know, the database has just said: it did not become final.
  if (change.result)
    await ctx.write((tx) => tx.dataChange.update({ where: { id: change.id }, data: { result: Prisma.DbNull } }));
  ctx.log.info(`Running ${plural(statements.length, "statement")} in one transaction`);
  const { counts, differs } = await withWriter(open, change.id, ctx, (login) =>
    carryOut(
      open,
      login,
      {
        ...{ id: change.id, statements, expected: preview.statements },
        // From here to its end only the database knows.
        beforeCommit: async (found) => {
          await keepResult(change.id, { outcome: "unknown", why: null, statements: found, backupId }, ctx);
        },
      },
      ctx,
    ),
  ).catch(async (error: unknown) => {
    ctx.signal.throwIfAborted();
    if (error instanceof AppError && error.code === REFUSED && error.retry === "permanent")
      await keepResult(change.id, { outcome: "refused", why: error.message, statements: [], backupId }, ctx);
    throw error;
  });
  if (differs) {
    await keepResult(change.id, { outcome: "refused", why: differs, statements: counts, backupId }, ctx);
    throw stop(
      "counts_differ",
      `The rows are not those of the preview, so everything was taken back. ${differs}`,
      "Find out why, then propose the change again.",
    );
  }
  await keepResult(change.id, { outcome: "committed", why: null, statements: counts, backupId }, ctx);
  ctx.log.info("It is done, and the database has noted that it is");
  return { statements: counts };
}
